import { describe, expect, test } from "@jest/globals";
import { imageReference } from "../../images/recipe.ts";
import { Plan } from "../../topology/plan.ts";
import { declare, type Declared, valueOf } from "./mocked.ts";

const lab = await import("../../components/index.ts");
const { planStore } = await import("../../components/cluster-store.ts");
const { planImage } = await import("../../components/image-plan.ts");

/** Two lab hosts on 192.168.33.0/24. */
function twoHosts() {
  const local = new lab.LocalHost("local");
  const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
  return ["host1", "host2"].map((name) => new lab.ContainerHost(name, { underlay }));
}

const inputs = (found: Map<string, Declared>, name: string) => found.get(name)?.inputs ?? {};
const variables = (found: Map<string, Declared>, name: string) => inputs(found, name)["environment"];

describe("EtcdCluster", () => {
  test("a member in each host's network namespace, all of one cluster", async () => {
    const found = await declare(() => {
      new lab.EtcdCluster("my-etcd", { hosts: twoHosts() });
    });
    const member = inputs(found, "my-etcd-2-container");
    expect(member).toMatchObject({
      image: imageReference("etcd"),
      name: "vethlab-test-stack-my-etcd-2",
      networkMode: "container:host2-container-id",
      mounts: [{ type: "tmpfs", target: "/var/lib/etcd" }],
    });
    const command = (member["command"] as string[]).join(" ");
    expect(command).toContain("etcd --name my-etcd-2 --data-dir /var/lib/etcd/data --enable-v2");
    expect(command).toContain("--listen-client-urls http://192.168.33.11:2379");
    expect(command).toContain(
      "--initial-cluster my-etcd-1=http://192.168.33.10:2380,my-etcd-2=http://192.168.33.11:2380",
    );
    // another host is another cluster
    expect(command).toContain("--initial-cluster-token my-etcd-host1-contai-host2-contai");
    expect(found.get("my-etcd-2-container")?.provider).toContain("local-engine");
  });

  test("image: that of the members", async () => {
    const found = await declare(() => {
      new lab.EtcdCluster("my-etcd", { hosts: twoHosts(), image: "quay.io/coreos/etcd:v3.4.27" });
    });
    expect(inputs(found, "my-etcd-1-container")["image"]).toBe("quay.io/coreos/etcd:v3.4.27");
  });

  test("each engine is given its own member, once that is healthy, and forgets it by a restart", async () => {
    const found = await declare(() => {
      new lab.EtcdCluster("my-etcd", { hosts: twoHosts() });
    });
    const store = inputs(found, "my-etcd-of-host2");
    expect(store["interpreter"]).toContain("vethlab-test-stack-host2");
    expect(variables(found, "my-etcd-of-host2")).toEqual({
      CONTAINERS: "",
      STORE: "etcd://192.168.33.11:2379",
      ADVERTISE: "192.168.33.11:2375",
      CONFIGURATION: '{"cluster-store":"etcd://192.168.33.11:2379","cluster-advertise":"192.168.33.11:2375"}',
      FILE: "/etc/docker/daemon.json",
      HEALTH: "http://192.168.33.11:2379/health",
      HEALTHY: '"health":"true"',
    });
    expect(store["triggers"]).toContainEqual(["my-etcd-1-container-id", "my-etcd-2-container-id"]);
  });

  test("is a space of overlays: the first host makes them, once the engines have the store", async () => {
    const found = await declare(() => {
      const hosts = twoHosts();
      const etcd = new lab.EtcdCluster("my-etcd", { hosts });
      expect(etcd).toMatchObject({
        hosts,
        creator: hosts[0],
        scope: "global",
        ready: etcd.resources.stores,
      });
      expect(etcd.members).toEqual(["my-etcd-1", "my-etcd-2"]);
      expect(etcd.clientUrls).toEqual(["http://192.168.33.10:2379", "http://192.168.33.11:2379"]);
      new lab.OverlayNetwork("my-overlay", { space: etcd, subnet: "10.0.0.0/24" });
    });
    expect(variables(found, "my-overlay-network")).toMatchObject({ DRIVER: "overlay", OPTIONS: "" });
    expect(inputs(found, "my-overlay-network")["interpreter"]).toContain("vethlab-test-stack-host1");
  });

  test("has its networks made in turn, and containers wait for all: two at once double a rule of the engine's", async () => {
    await declare(() => {
      const hosts = twoHosts();
      const etcd = new lab.EtcdCluster("my-etcd", { hosts });
      const [net2, net3] = [2, 3].map(
        (number) => new lab.OverlayNetwork(`net${number}`, { space: etcd, subnet: `10.0.${number}.0/24` }),
      );
      const made = [net2?.resources.network, net3?.resources.network];
      expect(etcd.inTurn).toEqual(made);
      expect(hosts.map((host) => net2?.on(host).after)).toEqual([made, made]);
    });
  });

  test("an engine has one store, and its networks leave docker_gwbridge alone", () => {
    const site = { plan: new Plan() };
    site.plan.inUse("172.17.0.0/16", "docker0 of host2", "host2");
    planStore("stores.my-etcd", [
      { hostName: "host1", site },
      { hostName: "host2", site },
    ]);
    planStore("stores.consul", [{ hostName: "host1", site }]);
    site.plan.network({
      key: "k",
      place: "networks.net",
      name: "net",
      subnet: "172.18.4.0/24",
      realms: ["host2"],
    });
    expect(site.plan.problems().map(({ place, value, allowed }) => [place, value, allowed])).toEqual([
      ["stores.consul", "host1", "this engine's key-value store is already that of stores.my-etcd"],
      ["networks.net.subnet", "172.18.4.0/24", "overlaps 172.18.0.0/16 of docker_gwbridge of host2"],
    ]);
  });

  test("no hosts", async () => {
    await expect(
      declare(() => {
        new lab.EtcdCluster("my-etcd", { hosts: [] });
      }),
    ).rejects.toThrow("stores.my-etcd.hosts: give at least one host");
  });
});

test("Consul: one server, and every engine has it", async () => {
  const found = await declare(() => {
    const consul = new lab.Consul("consul", { hosts: twoHosts(), image: "consul:1.8" });
    expect(consul.clientUrl).toBe("http://192.168.33.10:8500");
  });
  const server = inputs(found, "consul-container");
  expect(server).toMatchObject({ image: "consul:1.8", networkMode: "container:host1-container-id" });
  expect((server["command"] as string[]).join(" ")).toContain(
    "consul agent -server -bootstrap -node consul -data-dir /var/lib/consul -bind 192.168.33.10 -client 192.168.33.10",
  );
  for (const host of ["host1", "host2"]) {
    expect(variables(found, `consul-of-${host}`)).toMatchObject({ STORE: "consul://192.168.33.10:8500" });
  }
  expect(variables(found, "consul-of-host2")).toMatchObject({ ADVERTISE: "192.168.33.11:2375" });
});

test("the topology has the members as containers in their hosts' namespaces", async () => {
  let nodes: unknown;
  await declare(() => {
    const [host1, host2] = twoHosts();
    if (host1 === undefined || host2 === undefined) throw new Error("two hosts");
    new lab.EtcdCluster("my-etcd", { hosts: [host1, host2] });
    nodes = new lab.Topology("topology", { host: host1, claims: [] }).document;
  });
  const { nodes: found } = await valueOf(nodes as InstanceType<typeof lab.Topology>["document"]);
  expect(found).toContainEqual({
    name: "my-etcd-2",
    kind: "container",
    host: "local",
    container: "vethlab-test-stack-my-etcd-2",
    joins: "host2",
    interfaces: [],
  });
});

test("an image of ours that is missing is told before anything is made; others are the engine's affair", () => {
  const plan = new Plan();
  const machine = { networksInUse: [], images: [imageReference("host")] };
  for (const image of [imageReference("host"), imageReference("etcd"), "quay.io/coreos/etcd:v3.4.27"]) {
    planImage({ plan, machine, stack: "try" }, "stores.my-etcd-1", image);
  }
  planImage({ plan, machine: { networksInUse: [] }, stack: "try" }, "stores.unknown", imageReference("etcd"));
  expect(plan.problems()).toMatchObject([
    { place: "stores.my-etcd-1.image", value: imageReference("etcd"), fix: "npx vethlab up try builds it" },
  ]);
});
