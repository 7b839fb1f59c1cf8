import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { imageReference } from "../../images/recipe.ts";
import { declare, made, valueOf } from "./mocked.ts";
import { labHost } from "./lab-host.ts";
import { absent, run } from "./ran.ts";

const lab = await import("../../components/index.ts");

/** All that every box can be told, with a name and a resolver of its own. */
const told = (data: InstanceType<typeof lab.Volume>) => ({
  entrypoint: ["sh", "-c"],
  command: ["echo hello"],
  environment: { WORD: "a=b c" },
  user: "nobody",
  workingDirectory: "/srv",
  mounts: [
    { type: "bind" as const, source: "/etc/a,b", target: "/etc/x", readOnly: true },
    { type: "volume" as const, source: data, target: "/data" },
    { type: "volume" as const, target: "/own" },
    { type: "tmpfs" as const, target: "/memory", sizeBytes: 65536, mode: 0o1770 },
  ],
  restart: "on-failure:3" as const,
  healthcheck: {
    command: "test -e /tmp/ready",
    intervalSeconds: 0.2,
    timeoutSeconds: 90,
    startPeriodSeconds: 3600,
    retries: 5,
    waitSeconds: 7,
  },
  capabilities: { add: ["net_admin"], drop: ["CAP_MKNOD", "ALL"] },
  sysctls: { "net.ipv4.ip_forward": "1" },
  labels: { tier: "front" },
  hostname: "front",
  domainname: "lab.example",
  dns: ["203.0.113.10"],
  dnsSearch: ["b.example", "a.example"],
  dnsOptions: ["ndots:2"],
  extraHosts: { "db.example": "10.0.0.9", gate: "host-gateway" },
});

/** What the provider is told of it, of a joined box too. */
const inputs = {
  entrypoints: ["sh", "-c"],
  command: ["echo hello"],
  envs: ["WORD=a=b c"],
  user: "nobody",
  workingDir: "/srv",
  mounts: [
    { type: "bind", source: "/etc/a,b", target: "/etc/x", readOnly: true },
    { type: "volume", source: "data", target: "/data" },
    { type: "volume", target: "/own" },
    { type: "tmpfs", target: "/memory", tmpfsOptions: { sizeBytes: 65536, mode: 0o1770 } },
  ],
  restart: "on-failure",
  maxRetryCount: 3,
  healthcheck: {
    tests: ["CMD-SHELL", "test -e /tmp/ready"],
    interval: "200ms",
    timeout: "1m30s",
    startPeriod: "1h0m0s",
    retries: 5,
  },
  capabilities: { adds: ["CAP_NET_ADMIN"], drops: ["CAP_MKNOD", "ALL"] },
  sysctls: { "net.ipv4.ip_forward": "1" },
};
const labels = expect.arrayContaining([{ label: "tier", value: "front" }]) as unknown;

function ground() {
  const { underlay, host1 } = labHost();
  const bridge = new lab.DefaultBridge("bridge", { host: host1 });
  const lan = new lab.BridgeNetwork("lan", { host: host1, subnet: "172.18.0.0/16" });
  const data = new lab.Volume("data", { host: host1 });
  return { underlay, host: host1, bridge, lan, data };
}

describe("Box", () => {
  test("every argument reaches the provider", async () => {
    const found = await declare(() => {
      const { lan, data } = ground();
      new lab.Box("box1", { networks: [{ network: lan }], ...told(data) });
    });
    expect(found.get("box1-container")?.inputs).toMatchObject({
      ...inputs,
      labels,
      hostname: "front",
      domainname: "lab.example",
      dns: ["203.0.113.10"],
      dnsSearches: ["b.example a.example"],
      dnsOpts: ["ndots:2"],
      hosts: [
        { host: "db.example", ip: "10.0.0.9" },
        { host: "gate", ip: "host-gateway" },
      ],
    });
    expect(found.get("data-volume")?.inputs).toMatchObject({ name: "data" });
  });

  test("aliases, MAC address and gateway priority, on engines that have them", async () => {
    let topology: InstanceType<typeof lab.Topology> | undefined;
    const found = await declare(() => {
      const { bridge, lan, host } = ground();
      Object.defineProperty(host, "engineVersion", { value: "30.0.0" });
      new lab.Box("box1", {
        networks: [
          { network: lan, aliases: ["www"], macAddress: "02:42:ac:12:00:07", gatewayPriority: 1 },
          { network: bridge },
        ],
        ports: [
          { external: "9000-9001", internal: "53-54", protocol: "udp" },
          { external: 8080, internal: 22, hostAddress: "127.0.0.1" },
        ],
      });
      new lab.Box("box2", { networks: [{ network: bridge, macAddress: "02:42:ac:11:00:07" }] });
      topology = new lab.Topology("topology", { host, claims: [] });
    });
    expect(found.get("box1-container")?.inputs).toMatchObject({
      networksAdvanced: [
        { name: "lan", aliases: ["www"], macAddress: "02:42:ac:12:00:07", gwPriority: 1 },
        { name: "bridge" },
      ],
      ports: [
        { external: 8080, internal: 22, protocol: "tcp", ip: "127.0.0.1" },
        { external: 9000, internal: 53, protocol: "udp", ip: "0.0.0.0" },
        { external: 9001, internal: 54, protocol: "udp", ip: "0.0.0.0" },
      ],
    });
    expect(found.get("box2-container")?.inputs).toMatchObject({
      networksAdvanced: [{ name: "bridge", macAddress: "02:42:ac:11:00:07" }],
    });
    const { nodes } = await valueOf((topology as InstanceType<typeof lab.Topology>).document);
    const box1 = nodes.find(({ name }) => name === "box1");
    expect(box1?.interfaces[0]).toMatchObject({ network: "lan", aliases: ["www"] });
    expect(box1?.ports).toEqual([
      { hostAddress: "0.0.0.0", external: 9000, internal: 53, protocol: "udp" },
      { hostAddress: "0.0.0.0", external: 9001, internal: 54, protocol: "udp" },
      { hostAddress: "127.0.0.1", external: 8080, internal: 22, protocol: "tcp" },
    ]);
  });

  test("who comes after a box that waits to be healthy waits too; in vain, it says what the last check wrote", async () => {
    const found = await declare(() => {
      const { lan, data } = ground();
      new lab.Box("box1", { networks: [{ network: lan }], ...told(data) });
    });
    const healthy = made(found, "box1-healthy");
    expect((await run(healthy, "create", "echo healthy")).exitCode).toBe(0);
    const answers =
      'case "$*" in *Log*) printf "1 old\\n\\n2 not there\\n" ;; *) echo starting ;; esac; SECONDS=9';
    const inVain = await run(
      { inputs: { ...healthy.inputs, environment: { CONTAINER: "box1", LIMIT_SECONDS: "0" } } },
      "create",
      answers,
    );
    expect(inVain).toMatchObject({
      exitCode: 1,
      stderr: "it is not healthy within 0 s; its last check: 2 not there",
    });
  });
});

describe("JoinedBox", () => {
  test("every argument that is not of its interfaces reaches the provider", async () => {
    const found = await declare(() => {
      const { lan, data } = ground();
      const joins = new lab.Box("box1", { networks: [{ network: lan }] });
      const { hostname, domainname, dns, dnsSearch, dnsOptions, extraHosts, ...own } = told(data);
      expect([hostname, domainname, dns, dnsSearch, dnsOptions, extraHosts]).not.toContain(undefined);
      new lab.JoinedBox("box2", { joins, ...own });
    });
    expect(found.get("box2-container")?.inputs).toMatchObject({ ...inputs, labels });
    expect(found.has("box2-healthy")).toBe(true);
  });
});

describe("LinkedBox", () => {
  test("every argument reaches docker run", async () => {
    const found = await declare(() => {
      const { bridge, data } = ground();
      const box = new lab.Box("box1", { networks: [{ network: bridge }] });
      new lab.LinkedBox("box2", {
        links: [{ box }],
        ...told(data),
        ports: [{ external: "8080-8081", internal: "80-81", hostAddress: "127.0.0.1", protocol: "udp" }],
      });
    });
    const container = made(found, "box2-container");
    const { calls } = await run(container, "create", `[ "$1" != version ] || echo 26.1.5; ${absent}`);
    const call = calls.find((one) => one.startsWith("docker run")) ?? "";
    // Words with other characters are quoted: told apart by the shell that reads them.
    const words = call.replaceAll("\\", "");
    for (const option of [
      "--entrypoint sh ",
      "--env WORD=a=b c ",
      "--user nobody ",
      "--workdir /srv ",
      '--mount type=bind,target=/etc/x,"source=/etc/a,b",readonly ',
      "--mount type=volume,target=/data,source=data ",
      "--mount type=volume,target=/own ",
      "--mount type=tmpfs,target=/memory,tmpfs-size=65536,tmpfs-mode=1770 ",
      "--restart on-failure:3 ",
      "--health-cmd test -e /tmp/ready --health-retries 5 --health-interval 200ms ",
      "--health-timeout 1m30s --health-start-period 1h0m0s ",
      "--cap-add CAP_NET_ADMIN --cap-drop CAP_MKNOD --cap-drop ALL ",
      "--sysctl net.ipv4.ip_forward=1 ",
      "--label tier=front ",
      "--hostname front ",
      "--domainname lab.example ",
      "--dns 203.0.113.10 ",
      "--dns-search b.example --dns-search a.example ",
      "--dns-option ndots:2 ",
      "--add-host db.example:10.0.0.9 --add-host gate:host-gateway ",
      "--publish 127.0.0.1:8080:80/udp --publish 127.0.0.1:8081:81/udp ",
    ])
      expect(words).toContain(` ${option}`);
    expect(words).toMatch(new RegExp(`${imageReference("box")} -c echo hello$`));
    expect(found.has("box2-healthy")).toBe(true);
  });
});

describe("an image for a lab host", () => {
  const bring = async (answers: string) => {
    const found = await declare(() => {
      const { lan } = ground();
      new lab.Box("box1", { networks: [{ network: lan }], image: "nginx:1.27" });
      new lab.Box("box2", { networks: [{ network: lan }], image: "nginx:1.27" });
      new lab.Box("box3", { networks: [{ network: lan }] });
    });
    const images = [...found.keys()].filter((name) => name.includes("-image"));
    return { images, ...(await run(made(found, "host1-image-nginx:1.27"), "create", answers)) };
  };
  /** The lab host is asked by `docker exec -i HOST docker ...`, which becomes a plain `docker ...` here. */
  const missingThere = 'case "$*" in "image inspect"*) [ -e asked ] || { touch asked; exit 1; } ;; esac';

  test("is brought once from the user's engine, where it is there", async () => {
    const { images, calls, exitCode } = await bring(missingThere);
    expect(images).toEqual(["host1-image-nginx:1.27"]);
    expect(exitCode).toBe(0);
    // Save and load go side by side.
    expect(calls.map((call) => call.replace(/:1.*/, "")).sort()).toEqual([
      "docker image inspect nginx",
      "docker image inspect nginx",
      "docker load --quiet",
      "docker save nginx",
    ]);
  });

  test("is pulled where it is not, and not kept; that it can be had nowhere is said", async () => {
    const pulled = await bring('case "$*" in "image inspect"*) exit 1 ;; esac');
    expect(pulled.calls.filter((call) => /pull|rm/.test(call))).toEqual([
      "docker pull --quiet nginx:1.27",
      "docker image rm nginx:1.27",
    ]);
    const nowhere = await bring(
      'case "$*" in pull*) echo "manifest unknown" >&2; exit 1 ;; "image inspect"*) exit 1 ;; esac',
    );
    expect(nowhere).toMatchObject({
      exitCode: 1,
      stderr: "unable to bring image nginx:1.27 to host1: manifest unknown",
    });
  });
});

test("what Docker would refuse, or drop, is told all at once, and nothing of the lab is declared", async () => {
  const program = fileURLToPath(new URL("./lab-with-bad-options.ts", import.meta.url));
  const { message, declared } = JSON.parse(
    // Pulumi, which is cut off, adds lines of its own.
    (await execa(process.execPath, [program], { reject: false })).stdout.split("\n")[0] ?? "",
  ) as { message: string; declared: string[] };
  expect(message.match(/^ {2}\S.*\n.*$/gm)?.map((problem) => problem.replace(/\n +/, " | ").trim())).toEqual([
    "networks.lan3.ipRange: 172.19.0.0/24 | does not lie within the network's subnet 172.20.0.0/16",
    "networks.lan3.labels.vethlab.lab: vethlab.lab | labels of this name are vethlab's own: it removes by them",
    'networks.lan3.labels.a=b: a=b | a label has a name, without "="',
    'networks.lan3.options.a=b: c | an option has a name, without "="',
    "networks.lan3.mtuBytes: 0 | an MTU is a whole number of bytes from 68 to 65535",
    "networks.lan3.gatewayMode: routed | Docker has this from version 27 on, and host1 has 20.10",
    'networks.lan3.bridgeName: a-very-long-name | an interface\'s name has up to 15 letters, digits, "_", "." and "-", and starts with a letter or digit',
    "bridges.br-lab: br-lab | this name is already that of networks.lan4.bridgeName",
    "networks.lan5.bridgeName: br-mine | a machine of the user's may have a bridge of this name, and Docker would take it",
    'boxes.words.command[1]: "" | is empty',
    'boxes.words.environment.A=B: A=B | a variable has a name without "="',
    "boxes.words.workingDirectory: srv | a path here is absolute",
    "boxes.words.restart: allways | must be no, on-failure, always, unless-stopped or on-failure:COUNT",
    "boxes.words.capabilities.add[0]: NET_ADMN | there is no such capability",
    "boxes.words.capabilities.add[1]: SYS_RESOURCE | the engine of a host of kind container does not have it, and can give it to nobody",
    "boxes.words.capabilities.add[2]: ALL | the engine of a host of kind container does not have it, and can give it to nobody",
    "boxes.words.sysctls.kernel.pid_max: kernel.pid_max | is not a setting of a namespace: it would change the whole machine, and Docker refuses it",
    "boxes.words.labels.vethlab.stack: vethlab.stack | labels of this name are vethlab's own: it removes by them",
    "boxes.words.privileged: true | the engine of a host of kind container is not privileged itself",
    "boxes.mounts.mounts[0].target: memory | a path here is absolute",
    "boxes.mounts.mounts[1].source: ./files | a path here is absolute",
    "boxes.mounts.mounts[2].target: /files | is already the target of mounts[1]",
    "boxes.mounts.mounts[2].source: data | is a volume of host2, and the box stands on host1",
    "boxes.mounts.mounts[3].type: tmpsf | must be bind, volume or tmpfs",
    "boxes.health.healthcheck.intervalSeconds: 0 | must be a number, at least 0.001",
    "boxes.health.healthcheck.retries: 1.5 | must be a whole number, and at least 1",
    "boxes.health.healthcheck.startIntervalSeconds: 1 | Docker has this from version 25 on, and host1 has 20.10",
    'boxes.names.hostname: a host | a host\'s name has up to 63 letters, digits, "_", "." and "-", and starts with a letter or digit',
    'boxes.names.domainname: -example | a host\'s name has up to 63 letters, digits, "_", "." and "-", and starts with a letter or digit',
    "boxes.names.dns[0]: dns.example | is no IPv4 address",
    'boxes.names.dnsSearch[0]: exam ple | a host\'s name has up to 63 letters, digits, "_", "." and "-", and starts with a letter or digit',
    "boxes.names.dnsOptions[0]: ndot:2 | resolvers have no such option",
    "boxes.names.extraHosts.10.0.0.1: 10.0.0.1 | resolvers read it as an address, and packets would leave the lab",
    "boxes.names.extraHosts.gate: hostgateway | is no IPv4 address",
    "boxes.servers.dns: 203.0.113.10, 203.0.113.11, 203.0.113.12 | Pulumi's Docker provider keeps no order: the engine would get 203.0.113.11, 203.0.113.12, 203.0.113.10",
    "boxes.old.networks.lan.macAddress: 02:42:ac:11:00:02 | Docker 20.10 of host1 drops it where the provider connects a box (moby#48192)",
    "boxes.old.networks.lan.gatewayPriority: 1 | Docker has this from version 28 on, and host1 has 20.10",
    "boxes.mac2.networks.lan2.aliases[0]: Mac1 | is the name of mac1, which is on this network too",
    "boxes.mac2.networks.lan2.macAddress: 02:42:ac:11:00:02 | this MAC address is already that of boxes.mac1.networks.lan2.macAddress",
    "boxes.mac3.networks.lan2.macAddress: 03:42:ac:11:00:02 | is the address of a group (its first byte is odd)",
    "boxes.mac4.networks.lan2.macAddress: 0242.ac11.0002 | a MAC address has six pairs of hexadecimal digits, with colons between",
    "boxes.alias.networks.bridge.aliases[0]: www | Docker knows no names on the default bridge",
    "boxes.port1.ports[0].internal: 80-82 | 8000-8003 has 4 ports, and 80-82 has 3 ports: each leads to one",
    "boxes.port1.ports[1].external: 8003-8000 | a range is two ports from 1 to 65535, the lower one first",
    "boxes.port1.ports[4].external: 9001/tcp | this port of host1 is already that of boxes.port1.ports[3].external",
    "boxes.port1.ports[6].hostAddress: localhost | is no IPv4 address",
    "boxes.port1.ports[7].internal: 82/tcp | is published by ports[3] already, and Pulumi would make a box with two such anew each time",
    "boxes.port1.ports[7].internal: 83/tcp | is published by ports[4] already, and Pulumi would make a box with two such anew each time",
    "boxes.locked.ports: 7000:80 | Docker publishes no port of a box whose networks are all internal",
    'boxes.mode.sysctls.net.ipv4.ip_forward: net.ipv4.ip_forward | a box with network "host" has the settings of its host, and Docker changes none of these',
    "boxes.mine.privileged: true | would give the box the whole machine of the user's",
    "boxes.joined.ports: [...] | a joined box has interfaces, names and name servers of the box that it joins",
    "boxes.joined.dns: [...] | a joined box has interfaces, names and name servers of the box that it joins",
    "boxes.joined.hostname: x | a joined box has interfaces, names and name servers of the box that it joins",
    "boxes.joined.macAddress: x | a joined box has interfaces, names and name servers of the box that it joins",
    "attachments.plug.aliases[0]: www | Docker knows no names on the default bridge",
    "attachments.plug.gatewayPriority: 1 | Docker has this from version 28 on, and host1 has 20.10",
  ]);
  expect(declared).toEqual([]);
});
