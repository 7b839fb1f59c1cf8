import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { declare, made, valueOf } from "./mocked.ts";
import { absent, run } from "./ran.ts";

const lab = await import("../../components/index.ts");
const { imageReference } = await import("../../images/recipe.ts");

/** A lab host on a known underlay. */
function labHost() {
  const local = new lab.LocalHost("local", { lab: "some-lab" });
  const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
  return { local, underlay, host1: new lab.ContainerHost("host1", { underlay }) };
}

const labels = [
  { label: "vethlab.stack", value: "test-stack" },
  { label: "vethlab.lab", value: "some-lab" },
];

describe("LocalHost", () => {
  test("lab: labels what stands on it", async () => {
    const found = await declare(() => {
      const host = new lab.LocalHost("local", { lab: "some-lab" });
      new lab.Box("box1", { networks: [{ network: new lab.DefaultBridge("bridge", { host }) }] });
    });
    expect(found.get("box1-container")?.inputs["labels"]).toEqual(labels);
  });

  test("names on the user's engine carry the stack's, and peers know a box by the lab's name", async () => {
    const found = await declare(() => {
      const host = new lab.LocalHost("local");
      const network = new lab.BridgeNetwork("my-bridge", { host, subnet: "172.18.0.0/16" });
      new lab.Box("box1", { networks: [{ network }] });
    });
    expect((await run(made(found, "my-bridge-network"), "create", absent)).calls[1]).toMatch(
      / vethlab-test-stack-my-bridge$/,
    );
    expect(found.get("box1-container")?.inputs).toMatchObject({
      name: "vethlab-test-stack-box1",
      networksAdvanced: [{ name: "vethlab-test-stack-my-bridge", aliases: ["box1"] }],
    });
  });
});

describe("Underlay", () => {
  test("subnet: that of the network that is made", async () => {
    const found = await declare(() => {
      new lab.Underlay("underlay", { host: new lab.LocalHost("local"), subnet: "192.168.33.0/24" });
    });
    expect((await run(made(found, "underlay-network"), "create", absent)).calls).toContain(
      "docker network create --driver=bridge --subnet=192.168.33.0/24" +
        " --label=vethlab.stack=test-stack --label=vethlab.lab=test-stack vethlab-test-stack-underlay",
    );
  });

  test("a subnet of the lab that overlaps it: whether it was chosen is told", async () => {
    const overlaps = async (subnet?: string) => {
      let problems: readonly { allowed: string }[] = [];
      await declare(() => {
        const local = new lab.LocalHost("local");
        Object.defineProperty(local.site, "check", { value: () => undefined });
        const host = new lab.ContainerHost("host1", {
          underlay: new lab.Underlay("underlay", { host: local, subnet }),
        });
        new lab.BridgeNetwork("lan", { host, subnet: "192.168.0.0/16" });
        problems = local.site.plan.problems();
      });
      return problems.map(({ allowed }) => allowed);
    };
    expect(await overlaps()).toEqual([expect.stringMatching(/ of the underlay, which vethlab has chosen/)]);
    expect(await overlaps("192.168.33.0/24")).toEqual(["overlaps 192.168.33.0/24 of the underlay"]);
  });
});

describe("ContainerHost", () => {
  test("stands on the underlay, shares a folder for its socket, opens no port", async () => {
    const found = await declare(() => labHost());
    const inputs = found.get("host1-container")?.inputs;
    expect(inputs).toMatchObject({
      name: "vethlab-test-stack-host1",
      image: imageReference("host"),
      hostname: "host1",
      labels,
      networksAdvanced: [{ name: "vethlab-test-stack-underlay", ipv4Address: "192.168.33.10" }],
      mounts: [{ type: "bind", target: "/run/vethlab" }],
    });
    expect(inputs).not.toHaveProperty("ports");
    expect(inputs).not.toHaveProperty("privileged");
  });

  test("address, image, outside", async () => {
    const found = await declare(() => {
      const { underlay } = labHost();
      const outside = new lab.Outside("outside", { underlay, address: "203.0.113.99", image: "my/outside" });
      new lab.ContainerHost("host2", { underlay, outside, address: "192.168.33.77", image: "my/host" });
    });
    expect(found.get("host2-container")?.inputs).toMatchObject({
      image: "my/host",
      networksAdvanced: [{ ipv4Address: "192.168.33.77" }],
    });
    expect(found.get("host2-container")?.inputs["envs"]).toEqual(
      expect.arrayContaining([
        "VETHLAB_DNS=203.0.113.99",
        "VETHLAB_ROUTES=203.0.113.99/32 via 192.168.33.254",
      ]),
    );
    expect(found.get("outside-container")?.inputs).toMatchObject({
      image: "my/outside",
      envs: ["OUTSIDE_ADDRESS=203.0.113.99"],
      networksAdvanced: [{ ipv4Address: "192.168.33.254" }],
    });
  });

  test("what stands on it is reached through its own engine, and goes with it", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      const network = new lab.BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
      new lab.Box("box1", { networks: [{ network }] });
    });
    expect(found.get("box1-container")?.provider).toContain("::host1-engine::");
    expect(found.get("host1-engine")?.inputs["host"]).toMatch(
      /^unix:\/\/\/tmp\/vethlab-\d+\/test-stack\/host1\/docker\.sock$/,
    );
    expect(found.get("my-bridge-network")?.inputs).toMatchObject({
      interpreter: expect.arrayContaining(["docker", "exec", "vethlab-test-stack-host1"]),
      environment: { LABELS: expect.stringContaining("vethlab.host=host1-container-id\n") },
    });
  });
});

describe("BridgeNetwork", () => {
  test("subnet and gateway", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      new lab.BridgeNetwork("a", { host: host1, subnet: "172.18.0.0/16" });
      new lab.BridgeNetwork("b", { host: host1, subnet: "172.19.0.0/16", gateway: "172.19.0.254" });
    });
    for (const [name, words] of [
      ["a-network", "--subnet=172.18.0.0/16 --gateway=172.18.0.1"],
      ["b-network", "--subnet=172.19.0.0/16 --gateway=172.19.0.254"],
    ] as const)
      expect((await run(made(found, name), "create", absent)).calls[1]).toContain(words);
  });
});

describe("on the user's engine, where a network of the same name is another's", () => {
  const machine = (owner?: string) => ({
    networksInUse: [
      {
        name: "vethlab-test-stack-my-bridge",
        subnet: "172.30.0.0/16",
        ...(owner === undefined ? {} : { owner }),
      },
    ],
  });
  const problems = async (owner?: string): Promise<object[]> => {
    let problems: readonly object[] = [];
    await declare(() => {
      const host = new lab.LocalHost("local", { machine: machine(owner) });
      Object.defineProperty(host.site, "check", { value: () => undefined });
      new lab.BridgeNetwork("my-bridge", { host, subnet: "172.18.0.0/16" });
      problems = host.site.plan.problems();
    });
    return [...problems];
  };

  test("that is a problem; its own, of an earlier run, is none", async () => {
    expect(await problems()).toMatchObject([
      { place: "networks.my-bridge", value: "vethlab-test-stack-my-bridge" },
    ]);
    expect(await problems("test-stack")).toEqual([]);
  });
});

describe("Box", () => {
  test("on the default bridge nothing is said of networks", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      new lab.Box("box1", { networks: [{ network: new lab.DefaultBridge("bridge", { host: host1 }) }] });
    });
    expect(found.get("box1-container")?.inputs).toMatchObject({ name: "box1", image: imageReference("box") });
    expect(found.get("box1-container")?.inputs).not.toHaveProperty("networksAdvanced");
  });

  test("networks, ipv4Address, image, command", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      const network = new lab.BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
      const bridge = new lab.DefaultBridge("bridge", { host: host1 });
      new lab.Box("web1", {
        networks: [{ network, ipv4Address: "172.18.0.9" }, { network: bridge }],
        image: "nginx",
        command: ["nginx", "-g", "daemon off;"],
      });
    });
    expect(found.get("web1-container")?.inputs).toMatchObject({
      image: "nginx",
      command: ["nginx", "-g", "daemon off;"],
      networksAdvanced: [{ name: "my-bridge", ipv4Address: "172.18.0.9" }, { name: "bridge" }],
    });
  });
});

test("a lab host whose engine does not come up says what, and its last words", async () => {
  const found = await declare(() => labHost());
  const answers =
    'case "$1" in exec) exit 1 ;; container) echo /vethlab-host1 exited ;; logs) echo level=info msg=x; echo no graphdriver ;; esac';
  const { exitCode, stderr } = await run(made(found, "host1-ready"), "create", answers);
  expect({ exitCode, lines: stderr.split("\n") }).toEqual({
    exitCode: 1,
    lines: [
      "the lab host vethlab-host1 does not come up: its container is exited",
      "what it said last:",
      "  no graphdriver",
      expect.stringMatching(/^next: npx vethlab doctor .* docker logs vethlab-host1 /),
    ],
  });
});

test("JoinedBox shares the network namespace of the box it joins", async () => {
  const found = await declare(() => {
    const { host1 } = labHost();
    const web1 = new lab.Box("web1", {
      networks: [{ network: new lab.DefaultBridge("bridge", { host: host1 }) }],
    });
    new lab.JoinedBox("box", { joins: web1, image: "busybox", command: ["sleep", "9"] });
  });
  expect(found.get("box-container")?.inputs).toMatchObject({
    image: "busybox",
    command: ["sleep", "9"],
    networkMode: "container:web1-container-id",
  });
});

/** Answers of an engine with box3 on a network. */
const pluggedInto = (network: string): string =>
  `case "$*" in *.Name*) echo /box3 id3 ;; *range*Networks*) echo ${network} ;; esac`;

test("NetworkAttachment connects a running box, and disconnects it", async () => {
  const found = await declare(() => {
    const { host1 } = labHost();
    const network = new lab.BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
    const box = new lab.Box("box3", {
      networks: [{ network: new lab.DefaultBridge("bridge", { host: host1 }) }],
    });
    new lab.NetworkAttachment("plug", { box, network, ipv4Address: "172.18.0.4" });
  });
  const connection = made(found, "plug-connection");
  const connect = "docker network connect --ip 172.18.0.4 my-bridge box3";
  const disconnect = "docker network disconnect my-bridge box3";
  expect((await run(connection, "create", pluggedInto("bridge"))).calls).toContain(connect);
  expect((await run(connection, "create", pluggedInto("my-bridge"))).calls).not.toContain(connect);
  expect((await run(connection, "undo", pluggedInto("my-bridge"))).calls).toContain(disconnect);
  expect((await run(connection, "undo", pluggedInto("bridge"))).calls).not.toContain(disconnect);
  expect((await run(connection, "delete", pluggedInto("my-bridge"))).calls).not.toContain(disconnect);
  expect(await run(connection, "delete", "exit 1")).toMatchObject({ exitCode: 0, stderr: "" });
  // For a name the engine also takes the beginning of another container's id.
  expect(await run(connection, "create", "echo /other box3f00d")).toMatchObject({
    exitCode: 1,
    stderr: "there is no container box3",
  });
  expect(connection.inputs["triggers"]).toContain("box3-container-id");
});

test("NetworkAttachment that is not connected unplugs", async () => {
  const found = await declare(() => {
    const { host1 } = labHost();
    const network = new lab.BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
    const box = new lab.Box("box3", {
      networks: [{ network: new lab.DefaultBridge("bridge", { host: host1 }) }],
    });
    new lab.NetworkAttachment("plug", { box, network, connected: false });
  });
  const { calls } = await run(made(found, "plug-connection"), "create", pluggedInto("my-bridge"));
  expect(calls).toContain("docker network disconnect my-bridge box3");
});

describe("Namespace", () => {
  test.each([
    [undefined, "up"],
    [true, "up"],
    [false, "down"],
  ])("loopback %s", async (loopback, state) => {
    const found = await declare(() => {
      new lab.Namespace("ns1", { host: labHost().host1, ...(loopback === undefined ? {} : { loopback }) });
    });
    const namespace = made(found, "ns1-namespace");
    expect(namespace.inputs["interpreter"]).toEqual(
      expect.arrayContaining(["docker", "exec", "-i", "vethlab-test-stack-host1"]),
    );
    expect((await run(namespace)).calls).toEqual(["ip netns add ns1", `ip -n ns1 link set lo ${state}`]);
    expect((await run(namespace, "undo")).calls).toEqual(["ip netns delete ns1"]);
    expect((await run(namespace, "delete")).calls).toEqual([]);
  });
});

describe("VethPair", () => {
  test("ends in namespaces, with addresses", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      new lab.VethPair("veth", {
        ends: [
          {
            namespace: new lab.Namespace("ns1", { host: host1 }),
            interface: "veth-ns1",
            address: "192.168.1.1/24",
          },
          {
            namespace: new lab.Namespace("ns2", { host: host1 }),
            interface: "veth-ns2",
            address: "192.168.1.2/24",
          },
        ],
        up: false,
      });
    });
    const { calls } = await run(
      made(found, "veth-pair"),
      "create",
      'case "$*" in *-json*) ;; *show*) exit 1 ;; esac',
    );
    expect(calls).toEqual(
      expect.arrayContaining([
        "ip link add name veth-ns1 netns ns1 type veth peer name veth-ns2 netns ns2",
        "ip -n ns2 address replace 192.168.1.2/24 dev veth-ns2",
        "ip -n ns1 link set dev veth-ns1 down",
        "ip -n ns2 -json link show dev veth-ns2",
      ]),
    );
    const { calls: undone } = await run(made(found, "veth-pair"), "undo");
    expect(undone).toContain("ip -n ns1 link delete dev veth-ns1");
    expect((await run(made(found, "veth-pair"), "delete")).calls).toEqual([]);
  });

  test("an end in a bridge", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      new lab.VethPair("veth", {
        ends: [
          { namespace: new lab.Namespace("ns1", { host: host1 }), interface: "eth0" },
          { bridge: new lab.LinuxBridge("br0", { host: host1 }), interface: "port1" },
        ],
      });
    });
    expect((await run(made(found, "br0-bridge"))).calls).toEqual([
      "ip link add name br0 type bridge",
      "ip link set dev br0 up",
    ]);
    expect((await run(made(found, "br0-bridge"), "undo")).calls).toEqual(["ip link delete dev br0"]);
    expect((await run(made(found, "veth-pair"))).calls).toEqual(
      expect.arrayContaining(["ip link set dev port1 master br0", "ip link set dev port1 up"]),
    );
  });
});

test("ContainerNamespace attaches a box's namespace under a name", async () => {
  const found = await declare(() => {
    const { host1 } = labHost();
    const box = new lab.Box("box1", {
      networks: [{ network: new lab.DefaultBridge("bridge", { host: host1 }) }],
    });
    new lab.ContainerNamespace("seen", { box, netns: "first" });
  });
  const container = (name: string) => `case "$*" in *Pid*) echo 4711 ;; *) echo ${name} id1 ;; esac`;
  const attached = "ip netns attach first 4711";
  expect((await run(made(found, "seen-link"), "create", container("/box1"))).calls.at(-1)).toBe(attached);
  // An engine takes a name for the beginning of an id, too.
  expect((await run(made(found, "seen-link"), "create", container("/other"))).calls).not.toContain(attached);
  expect((await run(made(found, "seen-link"), "undo", container("/box1"))).calls).toEqual([
    "ip netns delete first",
  ]);
});

test("Topology: what stands, with addresses, as plain data; Verification tests it", async () => {
  let topology: InstanceType<typeof lab.Topology> | undefined;
  const found = await declare(() => {
    const { host1 } = labHost();
    const network = new lab.BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
    const box = new lab.Box("box3", {
      networks: [{ network: new lab.DefaultBridge("bridge", { host: host1 }) }],
    });
    new lab.NetworkAttachment("plug", { box, network });
    topology = new lab.Topology("topology", { host: host1, claims: [] });
    new lab.Verification("verification", { topology, resultsFile: "/somewhere/report.json" });
  });
  const { Topology } = await import("../../topology/document.ts");
  const inputs = found.get("verification-test")?.inputs;
  const document = Topology.parse(JSON.parse(String(inputs?.["stdin"])));
  expect(document).toMatchObject({ stack: "test-stack", lab: "some-lab" });
  expect(document.hosts).toContainEqual(
    expect.objectContaining({ name: "host1", kind: "container", containerId: "host1-container-id" }),
  );
  expect(inputs?.["environment"]).toEqual({
    VETHLAB_RESULTS: "/somewhere/report.json",
    VETHLAB_TURN: "",
  });
  const addresses = await valueOf((topology as InstanceType<typeof lab.Topology>).addresses);
  expect(addresses["box3"]).toEqual({
    bridge: { address: "172.17.0.2", prefixLength: 16, mac: "02:42:ac:11:00:02" },
    "my-bridge": { address: "172.18.0.4", prefixLength: 16, mac: "02:42:ac:12:00:04" },
  });
});

test("a plan with problems: all are reported at once, and nothing of the lab is declared", async () => {
  const program = fileURLToPath(new URL("./lab-with-problems.ts", import.meta.url));
  const { message, declared } = JSON.parse(
    (await execa(process.execPath, [program], { reject: false })).stdout,
  ) as {
    message: string;
    declared: string[];
  };
  expect(message.match(/^ {2}\S.*?:(?= )/gm)).toEqual([
    "  networks.my-bridge.subnet:",
    "  boxes.box1.networks.my-bridge.ipv4Address:",
    "  namespaces.box1:",
    "  namespaces.box1.host:",
    '  claims."box2 pings bocks1".to:',
    '  claims."box2 pings box1 on my-brigde".to:',
    "  drills.look.steps[0].on:",
  ]);
  expect(message).toContain('did you mean "my-bridge"?');
  expect(declared).toEqual([]);
});
