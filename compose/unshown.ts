/** What of a Compose file bears on networks, and is not in the twin as it is in the file. */
import { defaultEngine, type EngineVersion } from "../topology/engines.ts";
import { illegalName } from "../topology/names.ts";
import type { Canonical } from "./canonical.ts";
import type { TwinNetwork } from "./networks.ts";
import type { ComposeNode } from "./nodes.ts";
import { selfOf } from "./self.ts";
import { hasPriorities, isOfHost } from "./twin.ts";

/** A sentence for each thing, with its place in the file. */
export function unshown(
  file: Canonical,
  nodes: readonly ComposeNode[],
  networks: ReadonlyMap<string, TwinNetwork>,
  engine: EngineVersion = defaultEngine,
): string[] {
  const firsts = nodes.filter(({ number }) => number === 1);
  return [
    ...[...networks].flatMap(([key, { standsFor, binding }]) => [
      ...(standsFor === undefined ? [] : [`networks.${key}: a bridge network stands for ${standsFor}`]),
      ...(isOfHost(binding)
        ? [`networks.${key}: its ports are published at all addresses of the host, not at ${binding} alone`]
        : []),
    ]),
    ...Object.entries(file.networks).flatMap(([key, { external }]) =>
      external ? [`networks.${key}: an empty network stands for the external one`] : [],
    ),
    ...Object.keys(file.services).flatMap((service) =>
      nodes.some((node) => node.service === service)
        ? []
        : [`services.${service}: has no container (scale: 0)`],
    ),
    ...firsts.flatMap((node) => unshownOf(file, node)),
    ...(hasPriorities(engine) ? [] : firsts.flatMap((node) => prioritiesOf(node, engine))),
  ];
}

function prioritiesOf({ service, ends }: ComposeNode, engine: EngineVersion): string[] {
  return [...ends].flatMap(([network, { gatewayPriority }]) =>
    gatewayPriority === undefined
      ? []
      : [`services.${service}.networks.${network}.gw_priority: Docker ${engine} has none, 28 has: --engine`],
  );
}

function unshownOf({ services }: Canonical, { service, ends, joinsUnknown, mode }: ComposeNode): string[] {
  const at = `services.${service}`;
  const written = services[service];
  if (written === undefined) return [];
  const names = [...new Set([...ends.values()].flatMap((end) => end.names))];
  return [
    ...(joinsUnknown === undefined
      ? []
      : [
          `${at}: is left out: it shares the interfaces of the container ${joinsUnknown}, which is not of this file`,
        ]),
    ...names
      .filter((name) => illegalName("alias", name) !== undefined)
      .map((name) => `${at}: is not found by the name ${name}: ${illegalName("alias", name)?.allowed ?? ""}`),
    ...selfOf(written).left.map((left) => `${at}.${left}`),
    ...written.ports.flatMap(({ published = "", target, protocol, host_ip: hostAddress }) => {
      const port = `${at}.ports: ${target}/${protocol}`;
      if (mode !== "networks") return [`${port} is not published: network_mode has no ports`];
      if (published === "") return [`${port} is not published: the engine would choose the port of the host`];
      if (hostAddress.includes(":"))
        return [`${port} is not published at ${hostAddress}: it is an IPv6 address`];
      if (isOfHost(hostAddress))
        return [`${port} is published at all addresses of the host, not at ${hostAddress} alone`];
      return protocol === "tcp" ? [] : [`${port} is published, and no claim says so: only TCP is tried`];
    }),
  ];
}
