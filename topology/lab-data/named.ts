import { nthAddressIn } from "../addresses.ts";
import { hasGatewayAddress } from "../network-options.ts";
import { portsIn } from "../run-options.ts";
import { type LabData, hostsOf } from "./lab-data.ts";
import type { Named, NamedNode } from "./sentences.ts";

/** What is written of a bridge, also of a default one. */
type BridgeData = Partial<NonNullable<LabData["networks"]>[string]>;

/** What the sentences of a lab can name. */
export function namedIn(data: LabData): Named {
  const [only = ""] = hostsOf(data);
  const networks = data.networks ?? {};
  const plain = (host: string): NamedNode => ({ host, published: [] });
  const boxes = Object.entries(data.boxes ?? {}).map(([name, { networks: its = [], host, ports }]) => {
    const on = its.map((endpoint) => (typeof endpoint === "string" ? endpoint : endpoint.network));
    const network = on
      .map((one): BridgeData | undefined => networks[one] ?? data.defaultBridges?.[one])
      .find((one) => one !== undefined);
    const node: NamedNode = {
      host: network?.host ?? host ?? only,
      gateway: gatewayOf(network),
      published: publishedIn(ports),
    };
    return [name, node] as const;
  });
  const boxOf = new Map(boxes);
  const nodes: (readonly [string, NamedNode])[] = [
    ...hostsOf(data).map((host) => [host, plain(host)] as const),
    ...(data.outside === undefined ? [] : [["outside", plain("outside")] as const]),
    ...boxes,
    ...Object.entries(data.joinedBoxes ?? {}).map(
      ([name, { joins }]) => [name, boxOf.get(joins) ?? plain(only)] as const,
    ),
    ...Object.entries(data.linkedBoxes ?? {}).map(([name, { links, ports }]) => {
      const { host = only, gateway } = boxOf.get(links[0]?.box ?? "") ?? {};
      return [name, { host, gateway, published: publishedIn(ports) }] as const;
    }),
    ...Object.entries(data.namespaces ?? {}).map(([name, { host = only }]) => [name, plain(host)] as const),
  ];
  const tables = [networks, data.defaultBridges, data.overlays];
  return { nodes: new Map(nodes), networks: tables.flatMap((table) => Object.keys(table ?? {})) };
}

/** The address of a bridge, where it has one; of docker0 only in a lab host, where it is known. */
function gatewayOf(network: BridgeData | undefined): string | undefined {
  if (network === undefined || !hasGatewayAddress(network)) return undefined;
  if (network.subnet !== undefined) return network.gateway ?? (nthAddressIn(network.subnet, 1) || undefined);
  return network.host === "local" ? undefined : "172.17.0.1";
}

function publishedIn(
  ports: { external: number | string; hostAddress?: string | undefined }[] = [],
): number[] {
  return ports.flatMap(({ external, hostAddress = "" }) =>
    hostAddress.startsWith("127.") ? [] : portsIn(external),
  );
}
