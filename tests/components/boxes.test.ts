import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import { declare, made, valueOf } from "./mocked.ts";
import { absent, run } from "./ran.ts";
import { labHost } from "./lab-host.ts";

const lab = await import("../../components/index.ts");

/** box1 on the default bridge of host1. */
function boxOnBridge(name = "box1") {
  const { host1 } = labHost();
  const bridge = new lab.DefaultBridge("bridge", { host: host1 });
  return { host1, bridge, box: new lab.Box(name, { networks: [{ network: bridge }] }) };
}

describe("Box", () => {
  test("ports: published, tcp unless said otherwise", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      new lab.Box("web", {
        networks: [{ network: new lab.DefaultBridge("bridge", { host: host1 }) }],
        ports: [
          { external: 8080, internal: 80 },
          { external: 53, internal: 53, protocol: "udp" },
        ],
      });
    });
    expect(found.get("web-container")?.inputs["ports"]).toEqual([
      { external: 53, internal: 53, protocol: "udp", ip: "0.0.0.0" },
      { external: 8080, internal: 80, protocol: "tcp", ip: "0.0.0.0" },
    ]);
  });

  test("image, command and environment may be known later; addresses are told by network", async () => {
    let box: InstanceType<typeof lab.Box> | undefined;
    const found = await declare(() => {
      const { host1 } = labHost();
      const network = new lab.BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
      const later = pulumi.output(Promise.resolve("later"));
      box = new lab.Box("box1", {
        networks: [{ network, ipv4Address: "172.18.0.7" }],
        image: later,
        command: ["echo", later],
        environment: { WORD: later, OTHER: "a=b" },
      });
    });
    expect(found.get("box1-container")?.inputs).toMatchObject({
      image: "later",
      command: ["echo", "later"],
      envs: ["WORD=later", "OTHER=a=b"],
    });
    expect(await valueOf((box as InstanceType<typeof lab.Box>).addresses)).toEqual({
      "my-bridge": "172.18.0.7",
    });
  });

  test("what a program says of a component is recorded in its words", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      const network = new lab.BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
      new lab.Box("box1", { networks: [{ network, ipv4Address: "172.18.0.7" }], command: ["a"] });
    });
    expect(found.get("my-bridge")?.inputs).toEqual({ host: "host1", subnet: "172.18.0.0/16" });
    expect(found.get("box1")?.inputs).toEqual({
      networks: [{ network: "my-bridge", ipv4Address: "172.18.0.7" }],
      command: ["a"],
    });
  });

  test.each(["host", "none"] as const)("network %s: no interfaces of its own", async (network) => {
    const found = await declare(() => {
      new lab.Box("bbox", { network, host: labHost().host1, command: ["sleep", "9"] });
    });
    expect(found.get("bbox-container")?.inputs).toMatchObject({
      networkMode: network,
      command: ["sleep", "9"],
    });
    expect(found.get("bbox-container")?.inputs).not.toHaveProperty("networksAdvanced");
    expect(found.get("bbox-container")?.provider).toContain("::host1-engine::");
  });

  test("in the topology, a box in mode host shares the namespace of its host, and one in mode none has no address", async () => {
    let topology: InstanceType<typeof lab.Topology> | undefined;
    await declare(() => {
      const { host1 } = labHost();
      new lab.Box("bbox02", { network: "host", host: host1 });
      new lab.Box("bbox03", { network: "none", host: host1 });
      topology = new lab.Topology("topology", { host: host1, claims: [] });
    });
    const { nodes } = await valueOf((topology as InstanceType<typeof lab.Topology>).document);
    expect(nodes.find(({ name }) => name === "bbox02")).toMatchObject({ joins: "host1", interfaces: [] });
    expect(nodes.find(({ name }) => name === "bbox03")).not.toHaveProperty("joins");
  });
});

/** Answers of an engine of version 26.1.5 that does not have the box yet. */
const withoutBox = 'case "$*" in version*) echo 26.1.5 ;; *" inspect "*box2) exit 1 ;; esac';

describe("LinkedBox", () => {
  test("links, alias, image and command reach docker run; it is replaced with the box that it is linked to", async () => {
    const found = await declare(() => {
      const { bridge, box } = boxOnBridge();
      const other = new lab.Box("box0", { networks: [{ network: bridge }] });
      new lab.LinkedBox("box2", {
        links: [{ box }, { box: other, alias: "zero" }],
        image: "busybox",
        command: ["sh", "-c", "echo it's me"],
      });
    });
    const container = made(found, "box2-container");
    expect((await run(container, "create", withoutBox)).calls).toContain(
      "docker run --detach --name box2 --label vethlab.resource=box2-container --hostname box2 --link box1:box1 --link box0:zero --label vethlab.stack=test-stack" +
        " --label vethlab.lab=some-lab --label vethlab.host=host1-container-id busybox sh -c echo\\ it\\'s\\ me",
    );
    const own =
      'case "$*" in *.Name*) echo /box2 id2 ;; *Labels*) echo vethlab.resource=box2-container ;; esac';
    expect((await run(container, "delete", own)).calls).toContain("docker rm --force --volumes box2");
    expect((await run(container, "delete", "echo /box2 id2")).calls).not.toContain(
      "docker rm --force --volumes box2",
    );
    expect(container.inputs["triggers"]).toEqual(
      expect.arrayContaining(["box1-container-id", "box0-container-id", "busybox"]),
    );
  });

  test("the engine is asked first whether it has --link, and what cannot start is removed again", async () => {
    const found = await declare(() => {
      new lab.LinkedBox("box2", { links: [{ box: boxOnBridge().box }] });
    });
    const container = made(found, "box2-container");
    const { calls, stderr } = await run(container, "create", "echo 30.0.1");
    expect(calls).toHaveLength(1);
    expect(stderr).toBe(
      "Docker 30.0.1 has no --link any more: use a BridgeNetwork, on which boxes know one another by name",
    );
    // What `docker run` has made is found by its label; what was in its way is another's.
    const failing = (then: string) =>
      run(
        container,
        "create",
        `[ "$1" != run ] || { touch made; exit 125; }; [ -e made ] && { ${then}; } || { ${withoutBox}; }`,
      );
    const removed = "docker rm --force --volumes box2";
    const own =
      'case "$*" in *.Name*) echo /box2 id2 ;; *Labels*) echo vethlab.resource=box2-container ;; esac';
    expect(await failing(own)).toMatchObject({
      exitCode: 1,
      calls: expect.arrayContaining([removed]) as unknown,
    });
    expect((await failing('case "$*" in *.Name*) echo /box2 id2 ;; esac')).calls).not.toContain(removed);
  });

  test("its address is in the topology", async () => {
    let topology: InstanceType<typeof lab.Topology> | undefined;
    await declare(() => {
      const { host1, box } = boxOnBridge();
      new lab.LinkedBox("box2", { links: [{ box }] });
      topology = new lab.Topology("topology", { host: host1, claims: [] });
    });
    const addresses = await valueOf((topology as InstanceType<typeof lab.Topology>).addresses);
    expect(addresses["box2"]).toEqual({
      bridge: { address: "172.17.0.3", prefixLength: 16, mac: "02:42:ac:11:00:03" },
    });
  });
});

describe("NetworkAttachment", () => {
  test("a box that was made on the network is plugged out and in, and its place in the topology follows", async () => {
    const addresses = async (connected: boolean) => {
      let topology: InstanceType<typeof lab.Topology> | undefined;
      await declare(() => {
        const { host1 } = labHost();
        const network = new lab.BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
        const box = new lab.Box("box1", { networks: [{ network, ipv4Address: "172.18.0.4" }] });
        new lab.NetworkAttachment("plug", { box, network, ipv4Address: "172.18.0.4", connected });
        topology = new lab.Topology("topology", { host: host1, claims: [] });
      });
      return (await valueOf((topology as InstanceType<typeof lab.Topology>).addresses))["box1"];
    };
    expect(await addresses(false)).toEqual({});
    expect(await addresses(true)).toEqual({
      "my-bridge": { address: "172.18.0.4", prefixLength: 16, mac: "02:42:ac:12:00:04" },
    });
  });
});

describe("BridgeNetwork", () => {
  test("made with its subnet and gateway, and the labels of its host", async () => {
    const found = await declare(() => {
      new lab.BridgeNetwork("a", { host: labHost().host1, subnet: "172.18.0.0/16" });
    });
    expect(found.get("a-network")).toMatchObject({ type: "command:local:Command" });
    const network = made(found, "a-network");
    expect((await run(network, "create", absent)).calls).toContain(
      "docker network create --driver=bridge --subnet=172.18.0.0/16 --gateway=172.18.0.1" +
        " --label=vethlab.stack=test-stack --label=vethlab.lab=some-lab --label=vethlab.host=host1-container-id" +
        " --internal=false a",
    );
    expect((await run(network, "delete", "echo a")).calls.at(-1)).toBe("docker network rm a");
  });

  test("range, auxiliary addresses, internal, options and labels reach Docker, and make it anew", async () => {
    let topology: InstanceType<typeof lab.Topology> | undefined;
    const found = await declare(() => {
      const { host1 } = labHost();
      new lab.BridgeNetwork("a", {
        host: host1,
        subnet: "172.18.0.0/16",
        ipRange: "172.18.5.0/24",
        auxAddresses: { router: "172.18.5.9" },
        internal: true,
        icc: false,
        options: { "com.docker.network.driver.mtu": "1400" },
        labels: { tier: "back" },
      });
      topology = new lab.Topology("topology", { host: host1, claims: [] });
    });
    const network = made(found, "a-network");
    const words = [
      "--internal=true",
      "--aux-address=router=172.18.5.9",
      "--opt=com.docker.network.driver.mtu=1400",
      "--opt=com.docker.network.bridge.enable_icc=false",
    ];
    const { calls } = await run(network, "create", absent);
    expect(calls.at(-1)).toMatch(
      ` --ip-range=172.18.5.0/24 --label=vethlab.stack=test-stack --label=vethlab.lab=some-lab` +
        ` --label=vethlab.host=host1-container-id --label=tier=back ${words.join(" ")} a`,
    );
    expect(network.inputs["triggers"]).toEqual(
      expect.arrayContaining(["172.18.5.0/24", ...words, "tier", "back"]),
    );
    const { networks } = await valueOf((topology as InstanceType<typeof lab.Topology>).document);
    expect(networks).toContainEqual(expect.objectContaining({ name: "a", internal: true }));
  });

  test("ports are published on the address that the network chooses, where they say none", async () => {
    let topology: InstanceType<typeof lab.Topology> | undefined;
    const found = await declare(() => {
      const { host1 } = labHost();
      const network = new lab.BridgeNetwork("a", {
        host: host1,
        subnet: "172.18.0.0/16",
        hostBindingAddress: "127.0.0.1",
      });
      new lab.Box("box1", {
        networks: [{ network }],
        ports: [
          { external: 80, internal: 80 },
          { external: 81, internal: 81, hostAddress: "127.0.0.2" },
        ],
      });
      topology = new lab.Topology("topology", { host: host1, claims: [] });
    });
    expect(made(found, "box1-container").inputs["ports"]).toMatchObject([
      { external: 80, ip: "127.0.0.1" },
      { external: 81, ip: "127.0.0.2" },
    ]);
    const { nodes } = await valueOf((topology as InstanceType<typeof lab.Topology>).document);
    expect(nodes.find(({ name }) => name === "box1")?.ports).toMatchObject([
      { external: 80, hostAddress: "127.0.0.1" },
      { external: 81, hostAddress: "127.0.0.2" },
    ]);
  });

  test("ports are published by the network that has the way out; one that routes takes none of the host", async () => {
    let topology: InstanceType<typeof lab.Topology> | undefined;
    const found = await declare(() => {
      const { host1 } = labHost();
      Object.defineProperty(host1, "engineVersion", { value: "28.5" });
      const network = (name: string, subnet: string, more: object) =>
        new lab.BridgeNetwork(name, { host: host1, subnet, ...more });
      const vault = network("a", "172.18.0.0/16", { internal: true, hostBindingAddress: "127.0.0.1" });
      const routed = network("b", "172.19.0.0/16", { gatewayMode: "routed" });
      const plain = network("c", "172.20.0.0/16", { hostBindingAddress: "127.0.0.3" });
      const ports = [{ external: 80, internal: 81 }];
      new lab.Box("first", { networks: [plain, vault, routed].map((one) => ({ network: one })), ports });
      new lab.Box("ranked", {
        networks: [{ network: routed }, { network: plain, gatewayPriority: 1 }],
        ports,
      });
      topology = new lab.Topology("topology", { host: host1, claims: [] });
    });
    const portsOf = (name: string) => made(found, `${name}-container`).inputs["ports"];
    expect(portsOf("first")).toEqual([{ internal: 81, protocol: "tcp", ip: "0.0.0.0" }]);
    expect(portsOf("ranked")).toEqual([{ external: 80, internal: 81, protocol: "tcp", ip: "127.0.0.3" }]);
    const { nodes } = await valueOf((topology as InstanceType<typeof lab.Topology>).document);
    expect(nodes.map(({ name, ports = [] }) => [name, ports.length])).toEqual(
      expect.arrayContaining([
        ["first", 0],
        ["ranked", 1],
      ]),
    );
  });

  test("beside boxes with addresses of their own the engine hands out others, whatever is declared first", async () => {
    const network = async (plugged: boolean) => {
      const found = await declare(() => {
        const { host1 } = labHost();
        const lan = new lab.BridgeNetwork("lan", { host: host1, subnet: "172.28.5.0/24" });
        const other = new lab.BridgeNetwork("other", { host: host1, subnet: "172.28.6.0/24" });
        new lab.Box("worker", { networks: [{ network: lan }] });
        const proxy = new lab.Box("proxy", { networks: [{ network: other }] });
        new lab.NetworkAttachment("plug", {
          box: proxy,
          network: lan,
          ipv4Address: "172.28.5.2",
          connected: plugged,
        });
      });
      return (name: string) => found.get(`${name}-network`)?.inputs;
    };
    for (const inputs of [await network(true), await network(false)]) {
      expect(inputs("lan")?.["environment"]).toMatchObject({ RANGE: "172.28.5.128/25" });
      // The network is made anew when the range changes.
      expect(inputs("lan")?.["triggers"]).toContain("172.28.5.128/25");
      expect(inputs("other")?.["environment"]).toMatchObject({ RANGE: "" });
    }
  });
});

describe("NetworkRemoval", () => {
  const removal = async (removed?: boolean) => {
    let topology: InstanceType<typeof lab.Topology> | undefined;
    const found = await declare(() => {
      const { host1 } = labHost();
      const network = new lab.BridgeNetwork("a", { host: host1, subnet: "172.18.0.0/16" });
      new lab.NetworkRemoval("gone", { network, ...(removed === undefined ? {} : { removed }) });
      topology = new lab.Topology("topology", { host: host1, claims: [] });
    });
    const { networks } = await valueOf((topology as InstanceType<typeof lab.Topology>).document);
    return { command: made(found, "gone-removal"), networks };
  };

  test.each([undefined, true])(
    "removed %s: everybody is unplugged, the network removed and not in the topology",
    async (removed) => {
      const { command, networks } = await removal(removed);
      const { calls } = await run(
        command,
        "create",
        'case "$*" in *Name*) echo a ;; *Containers*) echo id1 id2 ;; esac',
      );
      expect(calls.filter((call) => !call.includes(" inspect "))).toEqual([
        "docker network disconnect a id1",
        "docker network disconnect a id2",
        "docker network rm a",
      ]);
      expect((await run(command, "delete", absent)).calls[1]).toContain("docker network create");
      expect(networks).not.toContainEqual(expect.objectContaining({ name: "a" }));
    },
  );

  test("removed false: it is put back", async () => {
    const { command, networks } = await removal(false);
    const { calls } = await run(command, "create", absent);
    expect(calls.at(-1)).toContain("docker network create --driver=bridge --subnet=172.18.0.0/16");
    expect(networks).toContainEqual(expect.objectContaining({ name: "a" }));
  });
});

test("bad boxes, links and rules: all are reported at once, and nothing of the lab is declared", async () => {
  const program = fileURLToPath(new URL("./lab-with-bad-boxes.ts", import.meta.url));
  const { message, declared } = JSON.parse(
    (await execa(process.execPath, [program], { reject: false })).stdout,
  ) as { message: string; declared: string[] };
  expect(message.match(/^ {2}\S.*\n.*$/gm)?.map((problem) => problem.replace(/\n +/, " | ").trim())).toEqual([
    "boxes.web2.ports[0].external: 8080/tcp | this port of host1 is already that of boxes.web.ports[0].external",
    "boxes.web2.ports[1].external: 0 | a port is a whole number from 1 to 65535",
    "boxes.web2.ports[1].internal: 70000 | a port is a whole number from 1 to 65535",
    "boxes.web2.ports[2].protocol: tpc | must be tcp, udp or sctp",
    'boxes.host02.networks: bridge | a box with network "host" has the interfaces of its host, and is plugged into no network',
    'boxes.host03.ports: 80:80 | a box with network "host" has the interfaces of its host, and publishes no ports',
    'boxes.none.ports: 80:80 | a box with network "none" has nothing but lo, and publishes no ports',
    "boxes.hots.network: hots | must be host or none; a box on networks has them in `networks`",
    "boxes.machine.network: host | would stand in the network of a machine of the user's",
    "boxes.joined2.joins: joined | is itself joined to box, and Docker joins no box to a joined one",
    "attachments.plug.box: none2 | a box in mode host or none can be plugged into no network",
    "boxes.linked.links.box: box | is not on the default bridge, and --link knows only the boxes there",
    "boxes.linked2.links: Docker 30.0.1 | Docker has no --link any more since version 30",
    "rules.again.rule: -t nat -A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE | this rule of host1 is already that of rules.first.rule",
    "rules.command.rule: -A FORWARD -j DROP | -A says what is to be done or where: that is told by the arguments",
    "rules.no-target.rule: -s 172.17.0.0/16 | a rule is written as after the chain on iptables' command line, with -j",
    "rules.table.table: nta | must be filter, nat, mangle, raw",
    "rules.machine-rule.host: local | would change the network of a machine of the user's",
    "policies.policy.chain: DOCKER | only the kernel's own chains have a policy; in filter: INPUT, FORWARD, OUTPUT",
    "policies.policy.policy: REJECT | must be ACCEPT or DROP",
  ]);
  expect(declared).toEqual([]);
});
