import { z } from "zod";

/** The command that tells the links and addresses of a node. */
export const LINKS = ["ip", "-json", "-details", "address"];

/** The command that tells the addresses of a node. Shorter than `LINKS`: it runs in every node in each round. */
export const ADDRESSES = ["ip", "-json", "address"];

/** The command that tells the network namespace of a node. */
export const NAMESPACE = ["readlink", "/proc/self/ns/net"];

/** The fields of `LINKS` and `ADDRESSES` that are read. */
const Link = z.object({
  ifindex: z.int(),
  ifname: z.string(),
  flags: z.array(z.string()),
  /** Of a veth: the index of its peer, in the peer's namespace. */
  link_index: z.int().optional(),
  /** Of a veth: what its namespace calls that of its peer. */
  link_netnsid: z.int().optional(),
  /** Of a veth with its peer in the same namespace: the name of the peer. */
  link: z.string().optional(),
  /** The bridge of which the link is a port. */
  master: z.string().optional(),
  address: z.string().optional(),
  linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
  addr_info: z.array(z.object({ local: z.string().optional(), prefixlen: z.int().optional() })).optional(),
});
export type Link = z.infer<typeof Link>;

/** The fields of `ip -json route` that are read. */
const Route = z.object({ dst: z.string(), gateway: z.string().optional(), dev: z.string().optional() });
export type Route = z.infer<typeof Route>;

/** Reads links. */
export function readLinks(json: string): Link[] {
  return z.array(Link).parse(JSON.parse(json || "[]"));
}

/** Reads routes. */
export function readRoutes(json: string): Route[] {
  return z.array(Route).parse(JSON.parse(json || "[]"));
}

/**
 * Tunnel devices that the kernel puts into every new network namespace when their module is loaded. They depend on the
 * machine and not on the lab.
 */
const FALLBACK_TUNNELS = new Set(
  "tunl0 gre0 gretap0 erspan0 ip_vti0 ip6_vti0 sit0 ip6tnl0 ip6gre0".split(" "),
);

/** The links of a node that belong to its lab. */
export function labLinks(links: readonly Link[]): Link[] {
  return links.filter(({ ifname, flags }) => !FALLBACK_TUNNELS.has(ifname) || flags.includes("UP"));
}

/** A link in words: `eth0 02:42:ac:12:00:02 172.18.0.2/16`. */
export function describeLink(link: Link): string {
  return [link.ifname, link.address, ...addressesOfLink(link)].filter(Boolean).join(" ");
}

// `172.18.0.2/16`, one for each address
function addressesOfLink({ addr_info = [] }: Link): string[] {
  return addr_info.map(({ local = "", prefixlen = 0 }) => `${local}/${prefixlen}`).sort();
}
