import { describe, expect, test } from "@jest/globals";
import type { SshMachine } from "../../topology/machine.ts";
import { declare, made, valueOf } from "./mocked.ts";
import { run } from "./ran.ts";

const lab = await import("../../components/index.ts");

const target = { url: "ssh://root@10.0.0.1", destination: "root@10.0.0.1", configFile: "/etc/x" };
const machine = {
  target,
  address: "10.0.0.1",
  networksInUse: [{ name: "bridge", subnet: "172.20.0.0/16" }],
};

test("SshHost: engine and shell over ssh, names and labels of the stack, docker0 as it is there", async () => {
  const found = await declare(() => {
    const local = new lab.LocalHost("local", { lab: "some-lab" });
    const host1 = new lab.SshHost("host1", { local, machine });
    const bridge = new lab.DefaultBridge("bridge", { host: host1 });
    new lab.Box("box1", { networks: [{ network: bridge }] });
    expect(bridge.gateway).toBe("172.20.0.1");
    host1.exec(
      "look",
      {
        file: "namespace",
        apply: "add",
        environment: { NAMESPACE: "it's", LOOPBACK: "up", OWNER: "", OWNERS: "" },
      },
      local,
    );
  });
  const engine = found.get("host1-engine")?.inputs;
  expect(engine?.["host"]).toBe("ssh://root@10.0.0.1");
  expect(JSON.stringify(engine?.["sshOpts"])).toContain("/etc/x");
  expect(found.get("box1-container")).toMatchObject({
    provider: expect.stringContaining("::host1-engine::") as unknown,
    inputs: {
      name: "vethlab-test-stack-box1",
      labels: [{ label: "vethlab.stack", value: "test-stack" }, {}],
    },
  });
  const interpreter = found.get("look")?.inputs["interpreter"] as string[];
  expect(interpreter.find((word) => word.startsWith("OPTIONS="))).toMatch(
    /^OPTIONS=-F\n\/etc\/x\n[^]*\n--\nroot@10\.0\.0\.1\n$/,
  );
  expect((await run(made(found, "look"))).calls).toEqual([
    "ip netns add it\\'s",
    "ip -n it\\'s link set lo up",
  ]);
  const image = made(found, "host1-image");
  const missing = 'case "$*" in "image inspect"*) exit 1 ;; esac';
  const brought = (await run(image, "create", missing)).calls;
  expect(brought.map((call) => call.replaceAll(/:\S+/g, ":TAG")).toSorted()).toEqual([
    "docker image inspect vethlab/box:TAG",
    "docker load --quiet",
    "docker save vethlab/box:TAG",
    "docker tag vethlab/box:TAG vethlab-brought/box:TAG",
    "docker tag vethlab/box:TAG vethlab-test-stack/box:TAG",
  ]);
  const only =
    'case "$*" in *reference=vethlab-test-stack/*) echo vethlab-test-stack/box:1 ;; *reference=*) echo vethlab-brought/box:1 ;; esac';
  expect((await run(image, "delete", only)).calls.filter((call) => call.includes("image rm"))).toEqual([
    "docker image rm vethlab-test-stack/box:1",
    "docker image rm vethlab-brought/box:1 vethlab/box:1",
  ]);
});

/** Machines at 10.0.0.1, 10.0.0.2, ..., each with a second address on another network. */
function machines(count: number, more: Partial<SshMachine> = {}): SshMachine[] {
  return Array.from({ length: count }, (_, index): SshMachine => {
    const [first, second] = [`10.0.0.${index + 1}`, `10.1.0.${index + 1}`];
    return {
      target: { url: `ssh://root@${first}`, destination: `root@${first}` },
      address: first,
      addresses: [
        { address: first, prefixLength: 24, interface: "eth0", mtuBytes: 1500 },
        { address: second, prefixLength: 16, interface: "eth1", mtuBytes: 1400 },
      ],
      networksInUse: [],
      ...more,
    };
  });
}

const ground = (config: { underlay?: string }, sshMachines: readonly SshMachine[], count = 3) =>
  lab.wideLabGround(
    { name: "some-lab" },
    { host: "ssh", ...config },
    { networksInUse: [], sshMachines },
    count,
  );

/** Where the others reach a machine, and how large the packets may be. */
const facing = (host: ReturnType<typeof ground>["hosts"][number]) => [
  host.address,
  "mtuBytes" in host && host.mtuBytes,
];

/** What is wrong with a lab on such machines, which is not built then. */
async function refused(make: () => ReturnType<typeof ground>): Promise<string[]> {
  let problems: readonly { place: string; value: string; allowed: string; fix: string }[] = [];
  await declare(() => {
    const [host1] = make().hosts;
    if (host1 === undefined) throw new Error("no host");
    Object.defineProperty(host1.site, "check", { value: () => undefined });
    problems = host1.site.plan.problems();
  });
  return problems.map(({ place, value, allowed, fix }) => `${place}: ${value} ${allowed}: ${fix}`);
}

describe("a lab of several hosts on machines over ssh", () => {
  test("their addresses are those that ssh reaches, or those on the network that is named", async () => {
    await declare(() => {
      const found = ground({}, machines(3)).hosts;
      expect(found.map(facing)).toEqual([
        ["10.0.0.1", 1500],
        ["10.0.0.2", 1500],
        ["10.0.0.3", 1500],
      ]);
    });
    await declare(() => {
      const [host1] = ground({ underlay: "10.1.0.0/16" }, machines(3)).hosts;
      expect(host1 && facing(host1)).toEqual(["10.1.0.1", 1400]);
    });
  });

  test.each<[string, () => ReturnType<typeof ground>, string[]]>([
    [
      "too few machines",
      () => ground({}, machines(2)),
      [
        "config.machines: ssh://root@10.0.0.1,ssh://root@10.0.0.2 this lab stands on 3 machines, and here are 2: -c machines=ssh://root@10.0.0.1,ssh://root@10.0.0.2,ssh://root@10.0.0.3",
      ],
    ],
    [
      "a network that they are not on",
      () => ground({ underlay: "192.168.1.0/24" }, machines(1), 1),
      [
        "config.underlay: 192.168.1.0/24 ssh://root@10.0.0.1 has no address in it; it has 10.0.0.1 (eth0), 10.1.0.1 (eth1): give a network that all the machines are on, or leave it out: then it is where ssh reaches them",
      ],
    ],
    [
      "an address that nobody else reaches",
      () => ground({}, machines(1, { address: "127.0.0.1" }), 1),
      [
        "config.machines: ssh://root@10.0.0.1 ssh reaches it at 127.0.0.1, where the other machines cannot: say on which network they reach one another: -c underlay=10.0.0.0/24",
      ],
    ],
    [
      "somebody's Swarm",
      () => ground({}, machines(1, { swarm: { owners: [] } }), 1),
      [
        "config.machines: ssh://root@10.0.0.1 its engine is in a Swarm already: use a machine that is in none",
      ],
    ],
    [
      "another stack's Swarm",
      () => ground({}, machines(1, { swarm: { owners: ["other"] } }), 1),
      [
        "config.machines: ssh://root@10.0.0.1 its engine is in the Swarm of the stack other: npx vethlab down other",
      ],
    ],
    ["its own Swarm", () => ground({}, machines(1, { swarm: { owners: ["other", "test-stack"] } }), 1), []],
    [
      "a machine that cannot be used, for that reason only",
      () =>
        ground({}, machines(1, { address: "", problem: { allowed: "has no docker", fix: "install" } }), 1),
      ["config.machines: ssh://root@10.0.0.1 has no docker: install"],
    ],
  ])("%s", async (_what, make, said) => {
    expect(await refused(make)).toEqual(said);
  });

  test("a Swarm is marked, names carry the stack's, and services answer to the lab's names", async () => {
    let document: InstanceType<typeof lab.Topology>["document"] | undefined;
    const found = await declare(() => {
      const { hosts } = ground({}, machines(3));
      const swarm = new lab.Swarm("swarm", { members: hosts.map((host) => ({ host })) });
      const net = new lab.OverlayNetwork("ngx_net", { space: swarm, subnet: "10.10.0.0/16" });
      new lab.OverlayService("my-test", { swarm, networks: [net], replicas: 2 });
      document = new lab.Topology("topology", { host: swarm.creator, claims: [] }).document;
    });
    const inactive =
      'case "$*" in *NodeID*) echo inactive - 26.1.5 ;; info*) echo inactive ;; "network inspect"*) exit 1 ;; "volume inspect"*) echo vethlab.swarm made ;; esac';
    const calls = async (name: string, which?: "delete", answers = inactive) =>
      (await run(made(found, name), which, answers, "the-token")).calls;
    for (const name of ["swarm-init", "swarm-host2-join"]) {
      expect(await calls(name)).toContainEqual(
        expect.stringMatching(
          /docker volume create --label vethlab.stack=test-stack .*--label vethlab.swarm=made vethlab-test-stack-swarm/,
        ),
      );
      expect((await calls(name, "delete")).at(-1)).toBe("docker volume rm vethlab-test-stack-swarm");
      expect(found.get(name)?.inputs["triggers"]).toContain(
        name === "swarm-init" ? "ssh://root@10.0.0.1" : "ssh://root@10.0.0.2",
      );
    }
    expect(await calls("swarm-host2-join")).toContainEqual(
      expect.stringContaining("--advertise-addr 10.0.0.2 10.0.0.1:2377"),
    );
    expect((await calls("ngx_net-network")).at(-1)).toMatch(
      /docker network create --driver=overlay .*--label=vethlab.stack=test-stack .* vethlab-test-stack-ngx_net$/,
    );
    const once =
      'case "$*" in "network inspect"*) [ -e gone ] || echo vethlab-test-stack-ngx_net ;; "network rm"*) touch gone ;; esac';
    expect(await calls("ngx_net-network", "delete", once)).toContain(
      "docker network rm vethlab-test-stack-ngx_net",
    );
    expect(made(found, "my-test-service").inputs).toMatchObject({
      name: "vethlab-test-stack-my-test",
      taskSpec: {
        networksAdvanceds: [{ id: "vethlab-test-stack-ngx_net-network-made", aliases: ["my-test"] }],
      },
    });
    if (document === undefined) throw new Error("no topology");
    const { networks, services } = await valueOf(document);
    expect(networks).toMatchObject([{ name: "ngx_net", engineName: "vethlab-test-stack-ngx_net" }]);
    expect(services).toMatchObject([
      { name: "my-test", engineName: "vethlab-test-stack-my-test", networks: ["ngx_net"] },
    ]);
  });

  test("an overlay is not made for larger packets than the machines can send", async () => {
    const make = (underlayMtuBytes?: number) => () => {
      const { hosts } = ground({ underlay: "10.1.0.0/16" }, machines(2), 2);
      const swarm = new lab.Swarm("swarm", { members: hosts.map((host) => ({ host })) });
      const net = new lab.OverlayNetwork("net", {
        space: swarm,
        subnet: "10.10.0.0/16",
        ...(underlayMtuBytes === undefined ? {} : { underlayMtuBytes }),
      });
      expect(net.mtuBytes).toBe((underlayMtuBytes ?? 1500) - 50);
      return { hosts };
    };
    expect(await refused(make())).toEqual([
      "networks.net.underlayMtuBytes: 1500 is more than 1400, the MTU of host1's interface to the other hosts: use 1400",
    ]);
    expect(await refused(make(1400))).toEqual([]);
  });

  test("a subnet that is in use on one of the machines", async () => {
    const [first, second] = machines(2) as [SshMachine, SshMachine];
    const inUse = { name: "eth7", subnet: "10.10.0.0/24" };
    const own = { name: "vethlab-test-stack-net", subnet: "10.10.0.0/16", owner: "test-stack" };
    const make = (networksInUse: (typeof inUse)[]) => () => {
      const { hosts } = ground({}, [first, { ...second, networksInUse }], 2);
      const swarm = new lab.Swarm("swarm", { members: hosts.map((host) => ({ host })) });
      new lab.OverlayNetwork("net", { space: swarm, subnet: "10.10.0.0/16" });
      return { hosts };
    };
    expect(await refused(make([inUse]))).toEqual([
      expect.stringMatching(
        /^networks.net.subnet: 10.10.0.0\/16 overlaps 10.10.0.0\/24 of eth7, which is in use on root@10.0.0.2: use /,
      ),
    ]);
    expect(await refused(make([own]))).toEqual([]);
  });

  test("docker_gwbridge has the first subnet that is free on the machine, or the one that it has already", async () => {
    const [first, second] = machines(2) as [SshMachine, SshMachine];
    const make = (name: string, subnet: string) => () => {
      const networksInUse = [
        { name: "bridge", subnet: "172.17.0.0/16" },
        { name, subnet: "172.18.0.0/16" },
      ];
      const { hosts } = ground({}, [first, { ...second, networksInUse }], 2);
      new lab.Swarm("swarm", { members: hosts.map((host) => ({ host })) });
      const host = hosts[1] as (typeof hosts)[0];
      new lab.BridgeNetwork("net", { host, subnet });
      return { hosts };
    };
    expect(await refused(make("shop", "172.19.0.0/16"))).toEqual([
      expect.stringMatching(/overlaps 172.19.0.0\/16 of docker_gwbridge of host2: use 172.20.0.0\/16/),
    ]);
    expect(await refused(make("docker_gwbridge", "172.19.0.0/16"))).toEqual([]);
    expect(await refused(make("docker_gwbridge", "172.18.0.0/16"))).toEqual([
      expect.stringMatching(
        /overlaps 172.18.0.0\/16 of docker_gwbridge, which is in use on root@10.0.0.2: use 172.19/,
      ),
    ]);
  });
});
