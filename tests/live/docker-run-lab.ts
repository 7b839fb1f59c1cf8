import { z } from "zod";
import { pingByName, pingHost, resolves, tcp } from "../../checks/claims.ts";
import { imageReference } from "../../images/recipe.ts";
import {
  Box,
  BridgeNetwork,
  ContainerHost,
  DefaultBridge,
  JoinedBox,
  LinkedBox,
  LocalHost,
  Outside,
  Topology,
  Underlay,
  Verification,
  Volume,
} from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

/** A lab file whose boxes have every argument that is taken from `docker run`; docker-run.test.ts looks at the effects. */
export const about = {
  name: "docker-run",
  title: "Everything that a box can be told",
  article: "docker run with its options",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {
    image: z.string().default(imageReference("box")).describe("an image that only the user's engine has"),
    word: z.string().default("first").describe("a value that changes"),
    interval: z.coerce.number().default(0.2).describe("seconds between two checks of slow"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { engine } = config;
  const isOld = engine === "20.10";
  const local = new LocalHost("local", { lab: about.name, machine });
  const underlay = new Underlay("underlay", { host: local, subnet: config.underlay });
  const outside = new Outside("outside", { underlay });
  const host = new ContainerHost("host1", { underlay, outside, engineVersion: engine });
  const lan = new BridgeNetwork("lan", { host, subnet: "10.81.0.0/24" });
  const far = new BridgeNetwork("far", { host, subnet: "10.82.0.0/24" });
  const bridge = new DefaultBridge("bridge", { host });
  const data = new Volume("data", { host });
  const shared = { type: "volume", source: data, target: "/data" } as const;

  const peer = new Box("peer", { networks: [{ network: lan }, { network: far }] });
  const app = new Box("app", {
    networks: [{ network: lan, aliases: ["www", "shop"] }],
    entrypoint: ["sh", "-c"],
    command: ["id >/memory/said; pwd >>/memory/said; exec vethlab-idle"],
    environment: { WORD: config.word, PAIR: "a=b c" },
    user: "nobody:nogroup",
    workingDirectory: "/srv",
    mounts: [
      { type: "bind", source: "/etc/os-release", target: "/etc/host-release", readOnly: true },
      shared,
      { type: "volume", target: "/own" },
      { type: "tmpfs", target: "/memory", sizeBytes: 65536, mode: 0o1777 },
    ],
    restart: "on-failure:3",
    capabilities: { add: ["NET_ADMIN"], drop: ["MKNOD", "CAP_CHOWN"] },
    sysctls: { "net.ipv4.ip_default_ttl": "37", "kernel.msgmax": "4096" },
    labels: { "com.example.tier": "front" },
    hostname: "front",
    domainname: "lab.example",
    dns: ["203.0.113.10"],
    dnsSearch: ["nowhere.example", "example"],
    dnsOptions: ["ndots:1", "timeout:1"],
    extraHosts: { "db.example": "10.82.0.99", gate: "host-gateway" },
  });
  const ports = new Box("ports", {
    networks: [{ network: bridge }],
    command: [
      "sh",
      "-c",
      "for port in 7000 7001; do (while :; do echo pong-$port | nc -u -l -w 1 $port; done) & done; vethlab-web 81 & exec vethlab-web",
    ],
    ports: [
      { external: 8080, internal: 80, hostAddress: "127.0.0.1" },
      { external: 8081, internal: 81 },
      { external: 8081, internal: 80, protocol: "udp" },
      { external: "9000-9001", internal: "7000-7001", protocol: "udp" },
    ],
  });
  // Healthy only a second after its start: who comes after it finds it so.
  const slow = new Box("slow", {
    networks: [{ network: lan }],
    command: ["sh", "-c", "sleep 1; touch /tmp/ready; exec vethlab-idle"],
    healthcheck: {
      command: "test -e /tmp/ready",
      intervalSeconds: config.interval,
      timeoutSeconds: 90,
      startPeriodSeconds: 0,
      retries: 50,
      waitSeconds: 30,
      ...(isOld ? {} : { startIntervalSeconds: 1 }),
    },
  });
  new Box("later", { networks: [{ network: lan }], after: [slow] });
  new Box("foreign", { networks: [{ network: lan }], image: config.image });
  new Box("shared-host", {
    network: "host",
    host,
    dns: ["203.0.113.10"],
    extraHosts: { "db.example": "10.82.0.99" },
  });
  new JoinedBox("sidecar", {
    joins: app,
    image: config.image,
    environment: { WORD: "joined" },
    mounts: [shared],
    healthcheck: { command: "true", intervalSeconds: 0.2, waitSeconds: 30 },
  });
  new LinkedBox("linked", {
    links: [{ box: ports, alias: "server" }],
    image: config.image,
    entrypoint: ["sh", "-c"],
    command: ['echo "$WORD" >/memory/said; exec vethlab-idle'],
    environment: { WORD: config.word },
    user: "nobody",
    workingDirectory: "/srv",
    mounts: [shared, { type: "tmpfs", target: "/memory", sizeBytes: 65536 }],
    restart: "on-failure:3",
    healthcheck: { command: "true", intervalSeconds: 0.2, retries: 2, waitSeconds: 30 },
    capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] },
    sysctls: { "net.ipv4.ip_default_ttl": "38" },
    labels: { "com.example.tier": "linked" },
    hostname: "client",
    domainname: "lab.example",
    dns: ["203.0.113.10"],
    dnsSearch: ["example"],
    dnsOptions: ["ndots:1"],
    extraHosts: { "db.example": "10.82.0.99" },
    ports: [{ external: 8082, internal: 80 }],
  });

  const topology = new Topology("topology", {
    host,
    claims: [
      pingByName(peer, app),
      ...["app", "www", "shop"].map((name) => resolves(peer, name, [app])),
      pingHost(peer, "www"),
      // By the search domain, from the name server that the box was given.
      pingHost(app, "outside"),
      pingHost("linked", "server"),
      tcp(host, { by: "address", address: "127.0.0.1" }, 8080),
      tcp(outside, host, 8081),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
