import { z } from "zod";
import {
  address,
  addressOf,
  bridgePorts,
  http,
  interfaceCount,
  mesh,
  noPing,
  ping,
  pingProbe,
  rule,
  sameInterfaces,
  taskNames,
  tasksReach,
} from "../checks/claims.ts";
import {
  Box,
  BridgeNetwork,
  IptablesRule,
  JoinedBox,
  LinuxBridge,
  Namespace,
  NetworkAttachment,
  OverlayNetwork,
  OverlayService,
  ownGround,
  Swarm,
  Topology,
  Verification,
  VethPair,
  wideGround,
} from "../components/index.ts";
import type { Claim } from "../topology/claims/index.ts";
import { settings } from "../topology/config.ts";
import type { Machine } from "../topology/machine.ts";
import type { Model } from "./edits/model.ts";

/** A lab for the tests of edits, which lay it into stacks/ of a checkout of their own: it builds what a model says. */
export const about = {
  name: "edited-lab",
  title: "A lab that is edited while it stands",
  article: "none",
  needs: ["bridge", "veth", "vxlan", "iptables"],
  config: settings(["container"], { model: z.string().describe("what it has, as JSON") }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const model = JSON.parse(config.model) as Model;
  const { hosts } =
    model.hosts > 1
      ? wideGround(about, config, machine, model.hosts)
      : { hosts: [ownGround(about, config, machine).host1] as const };
  const [host1] = hosts;

  const networks = new Map(
    model.networks.map(({ name, subnet }) => [name, new BridgeNetwork(name, { host: host1, subnet })]),
  );
  const network = (name: string) => networks.get(name) as BridgeNetwork;
  const boxes = new Map(
    model.boxes.map((box) => [
      box.name,
      new Box(box.name, {
        networks: box.networks.map(({ name, host }) => ({
          network: network(name),
          ...(host === undefined ? {} : { ipv4Address: network(name).nthAddress(host) }),
        })),
        ...(box.port === undefined ? {} : { ports: [{ external: box.port, internal: 80 }] }),
        command: ["vethlab-web"],
      }),
    ]),
  );
  const box = (name: string) => boxes.get(name) as Box;
  for (const { name, joins } of model.joined) new JoinedBox(name, { joins: box(joins) });
  for (const plug of model.plugs)
    new NetworkAttachment(plug.name, { box: box(plug.box), network: network(plug.network) });
  const bridges = new Map(model.bridges.map((name) => [name, new LinuxBridge(name, { host: host1 })]));
  const spaces = new Map(model.namespaces.map((name) => [name, new Namespace(name, { host: host1 })]));
  const space = (name: string) => spaces.get(name) as Namespace;
  for (const { name, from, to, subnet } of model.pairs) {
    const end = bridges.get(to);
    new VethPair(name, {
      ends: [
        { namespace: space(from), interface: `${name}a`, address: `${subnet}.1/24` },
        end === undefined
          ? { namespace: space(to), interface: `${name}b`, address: `${subnet}.2/24` }
          : { bridge: end, interface: `${name}b` },
      ],
    });
  }
  for (const { name, source } of model.rules)
    new IptablesRule(name, { host: host1, chain: "FORWARD", rule: ruleFrom(source) });

  if (model.services.length > 0) {
    const swarm = new Swarm("swarm", { members: hosts.map((host) => ({ host })) });
    const wide = new OverlayNetwork("wide", { space: swarm, subnet: "10.20.0.0/24" });
    let before: OverlayService[] = [];
    for (const { name, replicas, port } of model.services) {
      const service = new OverlayService(name, {
        ...{ swarm, networks: [wide], replicas, endpointMode: "dnsrr", after: before },
        ...(port === undefined ? {} : { ports: [{ external: port, internal: 80, mode: "host" }] }),
        command: ["vethlab-web"],
      });
      before = [service];
    }
  }

  const topology = new Topology("topology", { host: host1, claims: claimsOf(model) });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

function claimsOf(model: Model): Claim[] {
  const on = (network: string) => [
    ...model.boxes.filter(({ networks }) => networks.some(({ name }) => name === network)),
    ...model.plugs.flatMap((plug) =>
      plug.network === network ? model.boxes.filter(({ name }) => name === plug.box) : [],
    ),
  ];
  const namesOn = (network: string) => on(network).map(({ name }) => name);
  const networksOf = (box: string) =>
    model.networks.filter(({ name }) => namesOn(name).includes(box)).map(({ name }) => name);
  const apart = model.boxes.flatMap(({ name: from }) =>
    model.boxes
      .filter(({ name: to }) => from < to && !networksOf(from).some((one) => networksOf(to).includes(one)))
      .map(({ name: to }) => [from, to] as const),
  );
  return [
    ...model.networks.flatMap(({ name }) => [
      ...mesh(namesOn(name), { network: name }),
      ...mesh(namesOn(name), { by: "name" }),
    ]),
    ...apart.map(([from, to]) =>
      noPing(from, to, {
        controls: [pingProbe(from, address("127.0.0.1")), pingProbe(to, address("127.0.0.1"))],
      }),
    ),
    ...model.boxes.map(({ name }) => interfaceCount(name, networksOf(name).length)),
    ...model.boxes.flatMap(({ name, port }) =>
      port === undefined ? [] : [http("outside", addressOf("host1", "underlay"), { port, by: name })],
    ),
    ...model.joined.map(({ name, joins }) => sameInterfaces(joins, name)),
    ...model.pairs
      .filter(({ to }) => !model.bridges.includes(to))
      .flatMap(({ from, to, name }) => [
        ping(from, to, { network: name }),
        ping(to, from, { network: name }),
      ]),
    ...model.bridges.map((name) =>
      bridgePorts("host1", name, model.pairs.filter(({ to }) => to === name).length),
    ),
    ...model.namespaces.map((name) =>
      interfaceCount(name, model.pairs.filter(({ from, to }) => [from, to].includes(name)).length),
    ),
    ...model.services.flatMap(({ name, replicas, port }) => [
      taskNames(name, name, "wide"),
      ...((replicas === "global" ? model.hosts : replicas) > 1 ? [tasksReach(name, name, "wide")] : []),
      ...(port === undefined
        ? []
        : Array.from({ length: model.hosts }, (_, index) =>
            http("outside", addressOf(`host${index + 1}`, "underlay"), { port, contains: "hello from" }),
          )),
    ]),
    ...model.rules.map(({ source }) =>
      rule("host1", { table: "filter", chain: "FORWARD", rule: ruleFrom(source) }),
    ),
  ];
}

function ruleFrom(source: string): string {
  return `-s ${source} -j DROP`;
}
