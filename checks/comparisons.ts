/** Compares the state of kernels with a claim. Pure: the state is passed in. */
import { describeLink, labLinks, type Link, type Route } from "./links.ts";
import type { NamespaceId } from "./namespace-id.ts";

/** The result of a claim. */
export interface Verdict {
  holds: boolean;
  /** What was seen, in words. */
  observed: string;
}

/** The node has exactly these interfaces. */
export function compareInterfaces(links: readonly Link[], exactly: readonly string[]): Verdict {
  const names = labLinks(links).map(({ ifname }) => ifname);
  return { holds: sameSet(names, exactly), observed: names.join(", ") || "no interface" };
}

/** The node has this number of interfaces, lo not counted. */
export function compareInterfaceCount(links: readonly Link[], count: number): Verdict {
  const found = describeAll(links);
  return { holds: found.length === count, observed: found.join(", ") || "nothing but lo" };
}

/** The network namespace of a node, and the links in it. */
export interface Inside {
  /** The namespace, as the kernel of its host numbers it: `net:[4026532444]`. */
  namespace: string;
  links: readonly Link[];
}

/** Two nodes have the same interfaces: they share one network namespace. Two engines give the same MAC and addresses. */
export function compareSameInterfaces(one: Inside, other: Inside): Verdict {
  const [ours, theirs] = [one, other].map(({ links }) => describeAll(links).join(", ") || "nothing but lo");
  if (one.namespace === other.namespace) return { holds: true, observed: `${ours}` };
  return {
    holds: false,
    observed: ours === theirs ? `${ours}, in two namespaces` : `${ours}; the other: ${theirs}`,
  };
}

/**
 * An interface is one end of a veth pair. The other end is in the other node, as a port of the bridge. Indexes are alike in
 * many namespaces: so the end must name the peer's namespace by the number that it has for that of the other node.
 */
export function compareVethPair(
  links: readonly Link[],
  name: string,
  peerLinks: readonly Link[],
  peerNamespace: NamespaceId,
  bridge: string | undefined,
): Verdict {
  const end = links.find(({ ifname }) => ifname === name);
  if (end === undefined) return { holds: false, observed: `there is no ${name}` };
  if (end.linkinfo?.info_kind !== "veth") return { holds: false, observed: `${name} is no veth` };
  const named = end.link_index === undefined ? "own" : end.link_netnsid;
  if (named === undefined || named !== peerNamespace) {
    return { holds: false, observed: `${nameInPair(end)}, which is in another namespace` };
  }
  const isPeer = ({ ifindex, ifname }: Link) =>
    end.link_index === undefined ? ifname === end.link : ifindex === end.link_index;
  const peer = peerLinks.find(isPeer);
  if (peer === undefined) return { holds: false, observed: `${nameInPair(end)}, which is not there` };
  const where = peer.master === undefined ? "no port of a bridge" : `a port of ${peer.master}`;
  return {
    holds: bridge === undefined || peer.master === bridge,
    observed: `${nameInPair(end)} and ${nameInPair(peer)}, ${where}`,
  };
}

/** An end of a veth pair, as `ip link` names it: with the peer's index, or with its name in the same namespace. */
function nameInPair({ ifname, link, link_index }: Link): string {
  return `${ifname}@${link_index === undefined ? link : `if${link_index}`}`;
}

/** A bridge has this number of ports. */
export function compareBridgePorts(links: readonly Link[], bridge: string, count: number): Verdict {
  if (!links.some(({ ifname, linkinfo }) => ifname === bridge && linkinfo?.info_kind === "bridge")) {
    return { holds: false, observed: `there is no bridge ${bridge}` };
  }
  const ports = links.filter(({ master }) => master === bridge).map(({ ifname }) => ifname);
  return { holds: ports.length === count, observed: `${ports.length}: ${ports.join(", ") || "none"}` };
}

/** The default route goes through this next hop, and there is no other. */
export function compareDefaultRoute(routes: readonly Route[], via: string): Verdict {
  const hops = routes
    .filter(({ dst }) => dst === "default")
    .map(({ gateway, dev }) => gateway ?? `dev ${dev}`);
  return {
    holds: sameSet(hops, [via]),
    observed: hops.length > 0 ? `via ${hops.join(", ")}` : "no default route",
  };
}

function describeAll(links: readonly Link[]): string[] {
  return labLinks(links)
    .filter(({ ifname }) => ifname !== "lo")
    .map(describeLink);
}

/** Whether two lists hold the same texts in any order. */
export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join("\n") === b.toSorted().join("\n");
}
