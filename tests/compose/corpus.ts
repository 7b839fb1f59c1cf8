import { join } from "node:path";
import type { ComposeFiles } from "../../compose/read.ts";
import { packageRoot } from "../../toolchain/paths.ts";

/** How a file of the corpus is read, and how its twin is broken. */
export interface Entry {
  /** Files that are merged over compose.yaml. */
  further?: readonly string[];
  profiles?: readonly string[];
  envFiles?: readonly string[];
  broken: Broken;
}

/** What somebody does to the twin by hand, and the claims that then fail. */
export interface Broken {
  /** Shell on the lab host. */
  by: string;
  /** The claims that fail: exactly those that one of these fits. */
  fails: readonly RegExp[];
}

/** A command in the network namespace of a box. */
const inside = (box: string, command: string): string =>
  `nsenter -t "$(docker inspect -f '{{.State.Pid}}' ${box})" -n ${command}`;
/** The address of a box on a network. */
const addressIn = (box: string, network: string): string =>
  `"$(docker inspect -f '{{(index .NetworkSettings.Networks "${network}").IPAddress}}' ${box})"`;
/** A box is dead: whatever is claimed of it fails, its walls too. Only names are unknown as before, to others. */
const dead = (box: string, ...further: RegExp[]): Broken => {
  const name = box.replaceAll(".", "\\.");
  const named = [`^${name} `, `^(?!.* does not know ).* ${name}(?![\\w.-])`].map((one) => new RegExp(one));
  return { by: `docker stop -t 0 ${box}`, fails: [...named, ...further] };
};
/** A box is plugged in again at its address, without its aliases. */
const replug = (box: string, network: string): string =>
  `ip=${addressIn(box, network)}; docker network disconnect ${network} ${box}; docker network connect --ip "$ip" ${network} ${box}`;
const closePort = (box: string, port: number): string =>
  inside(box, `iptables -A INPUT -p tcp --dport ${port} -j REJECT --reject-with tcp-reset`);
/** A port of the host leads into a box, though the file does not say so. */
const leadIn = (port: number, box: string, network: string, to: number): string =>
  `iptables -t nat -I PREROUTING -p tcp --dport ${port} -j DNAT --to ${addressIn(box, network)}:${to}; iptables -I FORWARD -p tcp --dport ${to} -j ACCEPT`;

/** Compose files of our own writing with the shapes of real ones: tests/compose/files/NAME/compose.yaml. */
export const corpus = {
  anchors: { broken: { by: replug("two", "back"), fails: [/resolves backend to/] } },
  "bound-ports": {
    broken: {
      by: leadIn(3306, "db", "bound-ports_default", 3306),
      fails: [/^outside is refused by host1 port 3306$/],
    },
  },
  "default-binding": {
    broken: { by: leadIn(8080, "admin", "private", 80), fails: [/^outside is refused by host1 port 8080$/] },
  },
  "default-bridge": {
    broken: { by: "docker network connect bridge ui", fails: [/^ui gets no reply from/] },
  },
  "default-only": { broken: dead("db") },
  extends: { broken: { by: closePort("redis", 6379), fails: [/connects to redis/] } },
  "fixed-addresses": {
    broken: {
      by: inside("plc", "sh -c 'ip addr add 172.30.5.11/24 dev eth0; ip addr del 172.30.5.10/24 dev eth0'"),
      // The name leads to the old address as before.
      fails: [/^(?!historian resolves plc to ).*\bplc\b/],
    },
  },
  "host-mode": {
    broken: { by: "iptables -I INPUT -p tcp --dport 8123 -j DROP", fails: [/host1 port 8123/] },
  },
  hostile: { broken: dead("x.y-z_1") },
  "icc-disabled": {
    broken: {
      by: "iptables -I FORWARD -i br-tenants -o br-tenants -j ACCEPT",
      fails: [/gets no reply from (?:tenant-[ab]|billing) on tenants$/],
    },
  },
  include: {
    broken: {
      by: "docker network connect storage public",
      fails: [/^public gets no reply from db/, /does not know the name/],
    },
  },
  "internal-networks": {
    broken: {
      by: "docker network connect office vault",
      fails: [/^vault (?:gets no reply|does not know|has no way)/, /^console does not know/],
    },
  },
  ipv6: { broken: { by: "docker network disconnect dual api", fails: [/\bapi\b/] } },
  "lab-names": { broken: dead("local-1") },
  links: { broken: { by: replug("db", "links_default"), fails: [/resolves (?:database|links-db-1)/] } },
  macvlan: { broken: dead("unbound") },
  "masquerade-disabled": {
    broken: { by: closePort("server", 8000), fails: [/^router connects to server/] },
  },
  monitoring: { broken: dead("cadvisor") },
  "name-service": {
    broken: {
      by: "docker exec app sh -c 'echo 10.53.0.99 client >> /etc/hosts'",
      fails: [/^app pings client by name/],
    },
  },
  "no-network": {
    broken: {
      by: inside("convert", "ip link add way0 type veth peer name out0"),
      fails: [/^convert has only lo$/],
    },
  },
  "odd-names": { broken: dead("42-1") },
  "own-claims": {
    broken: {
      by: "docker network connect office web",
      fails: [/^web (?:gets no|does not know)/, /^admin does not know the names/],
    },
  },
  "port-ranges": {
    broken: {
      by: "iptables -t nat -I PREROUTING -p tcp --dport 8001 -j REDIRECT --to-ports 9",
      fails: [/^outside gets http from host1 port 8001$/],
    },
  },
  profiles: { profiles: ["debug"], broken: dead("adminer", /host1 port 8081/) },
  "reverse-proxy": {
    broken: {
      by: "docker network connect edge db",
      fails: [/^db (?:gets no reply|has no way|does not know|resolves)/, /does not know the names? db$/],
    },
  },
  "scale-zero": { broken: dead("worker-2") },
  "several-files": {
    further: ["compose.prod.yaml"],
    broken: { by: leadIn(5432, "db", "back", 5432), fails: [/^outside is refused by host1 port 5432$/] },
  },
  "shared-aliases": {
    broken: { by: replug("green", "pool"), fails: [/resolves app to/, /resolves app-green/] },
  },
  "swarm-keys": { broken: dead("api-2") },
  "two-projects": {
    broken: { by: "iptables -I DOCKER-USER -d 203.0.113.10 -j DROP", fails: [/pings outside$/] },
  },
  "udp-ports": {
    broken: {
      by: "iptables -I DOCKER-USER ! -i br-+ -p tcp --dport 53 -j DROP",
      fails: [/host1 port 5353/],
    },
  },
  variables: {
    envFiles: [".env", "ports.env"],
    broken: { by: "docker rename web elsewhere; docker stop -t 0 elsewhere", fails: [/\bweb\b/] },
  },
  "vpn-sidecar": {
    // The containers that share its interfaces keep the old ones.
    broken: {
      by: "docker restart -t 0 vpn",
      fails: [/^(?:indexer|torrent) /, /vpn (?:by name )?port 9696/],
    },
  },
} satisfies Record<string, Entry>;

export type Name = keyof typeof corpus;
export const names = Object.keys(corpus) as Name[];

export const corpusFolder = join(packageRoot, "tests", "compose", "files");

/** What Compose is asked to read. */
export function filesOf(name: Name): ComposeFiles {
  const { further = [], profiles = [], envFiles = [] }: Entry = corpus[name];
  const at = (file: string): string => join(corpusFolder, name, file);
  return { files: ["compose.yaml", ...further].map(at), profiles, envFiles: envFiles.map(at) };
}
