import { refusals } from "./refused.ts";

/** A program of its own: everything that boxes and networks can be told by Docker's words and is refused before anything is made. */
const lab = await import("../../components/index.ts");

/** What a program in plain JavaScript may write. */
const untyped = (value: unknown): never => value as never;

await refusals(() => {
  const local = new lab.LocalHost("local", {
    machine: { networksInUse: [], engine: { version: "20.10.24" } },
  });
  const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
  const host = new lab.ContainerHost("host1", { underlay });
  const newer = new lab.ContainerHost("host2", { underlay });
  Object.defineProperty(newer, "engineVersion", { value: "30.0.0" });
  const bridge = new lab.DefaultBridge("bridge", { host });
  const lan = new lab.BridgeNetwork("lan", { host, subnet: "172.19.0.0/16" });
  const lan2 = new lab.BridgeNetwork("lan2", { host: newer, subnet: "172.19.0.0/16" });
  const data = new lab.Volume("data", { host: newer });
  new lab.BridgeNetwork("lan3", {
    host,
    subnet: "172.20.0.0/16",
    ipRange: "172.19.0.0/24",
    options: { "a=b": "c" },
    labels: { "vethlab.lab": "mine", "a=b": "c" },
    bridgeName: "a-very-long-name",
    gatewayMode: "routed",
    mtuBytes: 0,
  });
  new lab.BridgeNetwork("lan4", { host, subnet: "172.21.0.0/16", bridgeName: "br-lab" });
  new lab.LinuxBridge("br-lab", { host });
  new lab.BridgeNetwork("lan5", { host: local, subnet: "172.22.0.0/16", bridgeName: "br-mine" });
  const networks = [{ network: lan }];

  new lab.Box("words", {
    networks,
    command: ["sh", ""],
    environment: { "A=B": "c" },
    workingDirectory: "srv",
    restart: untyped("allways"),
    privileged: true,
    labels: { "vethlab.stack": "mine" },
    sysctls: { "kernel.pid_max": "9", "net.ipv4.ip_forward": "1" },
    capabilities: { add: ["NET_ADMN", "SYS_RESOURCE", "ALL"], drop: ["ALL", "NET_RAW"] },
  });
  new lab.Box("mounts", {
    networks,
    mounts: [
      { type: "tmpfs", target: "memory" },
      { type: "bind", source: "./files", target: "/files" },
      { type: "volume", source: data, target: "/files" },
      untyped({ type: "tmpsf", target: "/x" }),
    ],
  });
  new lab.Box("health", {
    networks,
    healthcheck: { command: "true", intervalSeconds: 0, retries: 1.5, startIntervalSeconds: 1 },
  });
  new lab.Box("names", {
    networks,
    hostname: "a host",
    domainname: "-example",
    dns: ["dns.example"],
    dnsSearch: ["exam ple"],
    dnsOptions: ["ndot:2"],
    extraHosts: { "10.0.0.1": "10.0.0.2", gate: "hostgateway" },
  });
  new lab.Box("servers", { networks, dns: ["203.0.113.10", "203.0.113.11", "203.0.113.12"] });
  new lab.Box("old", { networks: [{ network: lan, macAddress: "02:42:ac:11:00:02", gatewayPriority: 1 }] });
  new lab.Box("mac1", { networks: [{ network: lan2, macAddress: "02:42:AC:11:00:02" }] });
  new lab.Box("mac2", { networks: [{ network: lan2, macAddress: "02:42:ac:11:00:02", aliases: ["Mac1"] }] });
  new lab.Box("mac3", { networks: [{ network: lan2, macAddress: "03:42:ac:11:00:02", aliases: ["www"] }] });
  new lab.Box("mac4", { networks: [{ network: lan2, macAddress: "0242.ac11.0002", aliases: ["www"] }] });
  new lab.Box("alias", { networks: [{ network: bridge, aliases: ["www"] }] });
  new lab.Box("port1", {
    networks,
    ports: [
      { external: "8000-8003", internal: "80-82" },
      { external: "8003-8000", internal: 80 },
      { external: 9000, internal: 80, hostAddress: "127.0.0.1" },
      { external: "9000-9001", internal: "81-82", hostAddress: "127.0.0.2" },
      { external: 9001, internal: 83 },
      { external: 9001, internal: 80, protocol: "sctp" },
      { external: 1, internal: 84, hostAddress: "localhost" },
      { external: "9010-9011", internal: "82-83" },
    ],
  });
  const vault = new lab.BridgeNetwork("vault", { host, subnet: "172.23.0.0/16", internal: true });
  new lab.Box("locked", { networks: [{ network: vault }], ports: [{ external: 7000, internal: 80 }] });
  new lab.Box("mode", { network: "host", host, sysctls: { "net.ipv4.ip_forward": "1" } });
  new lab.Box("mine", {
    networks: [{ network: new lab.DefaultBridge("b", { host: local }) }],
    privileged: true,
  });
  const joins = new lab.Box("base", { networks });
  new lab.JoinedBox(
    "joined",
    untyped({
      joins,
      ports: [{ external: 1, internal: 1 }],
      dns: ["1.1.1.1"],
      hostname: "x",
      macAddress: "x",
    }),
  );
  new lab.NetworkAttachment("plug", { box: joins, network: bridge, aliases: ["www"], gatewayPriority: 1 });
});
