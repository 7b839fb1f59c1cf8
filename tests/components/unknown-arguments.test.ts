import { beforeAll, expect, test } from "@jest/globals";
import { ComponentResource, RunError } from "@pulumi/pulumi";
import { labHost } from "./lab-host.ts";
import { declare } from "./mocked.ts";

const lab = await import("../../components/index.ts");

/** What a program may write whose types nobody has checked. */
const untyped = (args: object): never => args as never;

/** Things that others stand on. */
function ground() {
  const { local, underlay, host1 } = labHost();
  const network = new lab.BridgeNetwork("my-bridge", { host: host1, subnet: "172.20.0.0/16" });
  const box = new lab.Box("box1", { networks: [{ network }] });
  const swarm = new lab.Swarm("a-swarm", { members: [{ host: host1 }] });
  const over = new lab.OverlayNetwork("over", { space: swarm, subnet: "10.10.0.0/16" });
  const topology = new lab.Topology("topology", { host: host1, claims: [] });
  return { local, underlay, host: host1, network, networks: [{ network }], box, swarm, over, topology };
}
type Ground = ReturnType<typeof ground>;

/** The class, the place that is told, and the arguments, of which one is not known. */
const cases: [keyof typeof lab, place: string, (ground: Ground) => object][] = [
  ["Box", "boxes.one.aliases", ({ networks }) => ({ networks, aliases: ["y"] })],
  ["Box", "boxes.one.networks[0].ipv4", ({ network }) => ({ networks: [{ network, ipv4: "172.20.0.9" }] })],
  [
    "Box",
    "boxes.one.ports[0].host",
    ({ networks }) => ({ networks, ports: [{ external: 1, internal: 1, host: "::1" }] }),
  ],
  ["JoinedBox", "boxes.one.join", ({ box }) => ({ joins: box, join: box })],
  ["LinkedBox", "boxes.one.host", ({ box, host }) => ({ links: [{ box }], host })],
  ["LinkedBox", "boxes.one.links[0].name", ({ box }) => ({ links: [{ box, name: "y" }] })],
  ["BridgeNetwork", "networks.one.intern", ({ host }) => ({ host, subnet: "172.19.0.0/16", intern: true })],
  ["DefaultBridge", "networks.one.subnet", ({ host }) => ({ host, subnet: "172.19.0.0/16" })],
  [
    "OverlayNetwork",
    "networks.one.host",
    ({ swarm, host }) => ({ space: swarm, subnet: "10.11.0.0/16", host }),
  ],
  ["Volume", "volumes.one.driver", ({ host }) => ({ host, driver: "nfs" })],
  ["Box", "boxes.one.mounts[0].src", ({ networks }) => ({ networks, mounts: [{ type: "bind", src: "/" }] })],
  ["Box", "boxes.one.healthcheck.test", ({ networks }) => ({ networks, healthcheck: { test: ["NONE"] } })],
  ["Box", "boxes.one.capabilities.adds", ({ networks }) => ({ networks, capabilities: { adds: ["ALL"] } })],
  ["NetworkAttachment", "attachments.one.alias", ({ box, network }) => ({ box, network, alias: "y" })],
  ["NetworkRemoval", "removals.one.remove", ({ network }) => ({ network, remove: false })],
  ["Namespace", "namespaces.one.lo", ({ host }) => ({ host, lo: false })],
  ["ContainerNamespace", "namespaces.one.name", ({ box }) => ({ box, name: "y" })],
  ["LinuxBridge", "bridges.one.stp", ({ host }) => ({ host, stp: true })],
  ["VethPair", "links.one.mtu", () => ({ ends: [], mtu: 1400 })],
  ["VethPair", "links.one.ends[0].addres", () => ({ ends: [{ interface: "a", addres: "10.0.0.1/24" }] })],
  [
    "IptablesRule",
    "rules.one.absent",
    ({ host }) => ({ host, chain: "FORWARD", rule: "-j DROP", absent: true }),
  ],
  [
    "IptablesPolicy",
    "policies.one.rule",
    ({ host }) => ({ host, chain: "FORWARD", policy: "DROP", rule: "" }),
  ],
  ["Swarm", "swarms.one.hosts", ({ host }) => ({ members: [{ host }], hosts: [] })],
  ["Swarm", "swarms.one.members[0].drain", ({ host }) => ({ members: [{ host, drain: true }] })],
  ["OverlayService", "services.one.replica", ({ swarm, over }) => ({ swarm, networks: [over], replica: 3 })],
  [
    "OverlayService",
    "services.one.ports[0].mod",
    ({ swarm, over }) => ({ swarm, networks: [over], ports: [{ external: 1, internal: 1, mod: "host" }] }),
  ],
  [
    "OverlayService",
    "services.one.update.delay",
    ({ swarm, over }) => ({ swarm, networks: [over], update: { delay: 3 } }),
  ],
  [
    "OverlayService",
    "services.one.rollback.delay",
    ({ swarm, over }) => ({ swarm, networks: [over], rollback: { delay: 3 } }),
  ],
  ["Outside", "outside.one.dns", ({ underlay }) => ({ underlay, dns: "203.0.113.10" })],
  ["Underlay", "networks.one.gateway", ({ local }) => ({ host: local, gateway: "192.168.33.1" })],
  ["LocalHost", "hosts.one.stack", () => ({ stack: "y" })],
  ["ContainerHost", "hosts.one.engine", ({ underlay }) => ({ underlay, engine: "28.5" })],
  ["VmHost", "hosts.one.memory", ({ underlay }) => ({ underlay, memory: 512 })],
  ["SshHost", "hosts.one.port", ({ local }) => ({ local, machine: {}, port: 22 })],
  ["EtcdCluster", "stores.one.size", ({ host }) => ({ hosts: [host], size: 3 })],
  ["Consul", "stores.one.size", ({ host }) => ({ hosts: [host], size: 3 })],
  ["Lab", "boxs", () => ({ claims: [], boxs: {} })],
  ["Lab", "boxes.web.nets", () => ({ claims: [], boxes: { web: { nets: [] } } })],
  ["Topology", "topology.claim", ({ host }) => ({ host, claims: [], claim: {} })],
  ["Verification", "verification.file", ({ topology }) => ({ topology, file: "y" })],
];

/** What each case is refused with: all of them in one program. */
const refusals: unknown[] = [];

beforeAll(() =>
  declare(() => {
    const stands = ground();
    for (const [index, [kind, , argsOf]] of cases.entries()) {
      const args = argsOf(stands);
      const Component = lab[kind] as new (name: string, args: never) => object;
      try {
        new Component(`one-${index}`, untyped(args));
      } catch (error) {
        refusals[index] = error;
      }
    }
  }),
);

test.each(cases.map(([kind, place], index) => [kind, place, index] as const))(
  "%s refuses %s",
  (_, place, index) => {
    const told = place.replace(".one.", `.one-${index}.`);
    expect(refusals[index]).toMatchObject({
      message: expect.stringContaining(`There is a problem:\n  ${told}: `),
    });
  },
);

test("Pulumi prints them without a stack trace", () => {
  expect(refusals.map((refusal) => RunError.isInstance(refusal))).toEqual(cases.map(() => true));
});

test("every component is among them", () => {
  const components = Object.entries(lab)
    .filter(([name, value]) => name !== "LabHost" && isComponent(value))
    .map(([name]) => name);
  expect(components.sort()).toEqual([...new Set(cases.map(([name]) => name))].sort());
});

function isComponent(value: unknown): boolean {
  return typeof value === "function" && value.prototype instanceof ComponentResource;
}
