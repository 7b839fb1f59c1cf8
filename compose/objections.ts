/** Why a claim of the user's cannot hold on the twin. */
import type { Claim } from "../topology/claims/index.ts";
import type { Problem } from "../topology/problems.ts";
import { contradict } from "./facts.ts";
import type { Following } from "./follows.ts";
import type { TwinNetwork } from "./networks.ts";
import { type ComposeNode, HOST, OUTSIDE, ownerOf } from "./nodes.ts";

type Objection = Pick<Problem, "allowed" | "fix">;

/** Whether a node asks itself. */
export function isOfItself(claim: Claim): boolean {
  const sent = sentOf(claim);
  return sent !== undefined && "node" in sent.to && sent.to.node === sent.from;
}

/** What goes from one end to another. */
function sentOf(claim: Claim) {
  if (!("probe" in claim)) return undefined;
  const { probe } = claim;
  return probe.kind === "dns" || probe.kind === "lookups" || probe.kind === "sweep" ? undefined : probe;
}

/** What there is to say against the claims of one sentence. */
export class Objections {
  readonly #written: { sentence: string; place: string };
  readonly #nodes: readonly ComposeNode[];
  readonly #networks: ReadonlyMap<string, TwinNetwork>;

  constructor(
    written: { sentence: string; place: string },
    nodes: readonly ComposeNode[],
    networks: ReadonlyMap<string, TwinNetwork>,
  ) {
    this.#written = written;
    this.#nodes = nodes;
    this.#networks = networks;
  }

  /** @param follows what follows from the file */
  to(claim: Claim, follows: readonly Following[]): Problem[] {
    const { sentence: value, place } = this.#written;
    const objection =
      this.#opposite(claim, follows) ??
      (isOfItself(claim) ? ofItself : undefined) ??
      this.#placeless(claim) ??
      this.#fromOutside(claim) ??
      this.#closedPort(claim);
    return objection === undefined ? [] : [{ place, value, ...objection }];
  }

  #opposite(claim: Claim, follows: readonly Following[]): Objection | undefined {
    const against = follows.find((following) => contradict(following.claim, claim));
    if (against === undefined) return undefined;
    const allowed = `from the file follows the opposite: ${against.claim.summary} (${against.because})`;
    return { allowed, fix: "change the file, or the claim" };
  }

  /** A node is not on every network, and some are on none. */
  #placeless(claim: Claim): Objection | undefined {
    const sent = sentOf(claim);
    if (sent === undefined) return undefined;
    const { from, to } = sent;
    const target = this.#interfacesOf("node" in to ? to.node : undefined);
    // Whoever is on no network reaches nobody: silence is claimed of it rightly.
    const ends = "controls" in claim ? [target] : [this.#interfacesOf(from), target];
    const lonely = ends.find((node) => node !== undefined && node.mode !== "host" && node.ends.size === 0);
    if (lonely !== undefined)
      return {
        allowed: `${lonely.service} is on no network`,
        fix: "leave the claim out, or give it a network",
      };
    if (target === undefined || target.mode === "host") return undefined;
    const places = [...target.ends.keys()].map((key) => this.#networks.get(key)?.name ?? key);
    if (to.by !== "node-address" || to.network === undefined || places.includes(to.network)) return undefined;
    return {
      allowed: `${target.service} is not on ${to.network}`,
      fix: `write one of: ${places.join(", ")}`,
    };
  }

  /** From outside a container is reached at the ports that it publishes, if at all. */
  #fromOutside(claim: Claim): Objection | undefined {
    if (!("probe" in claim) || "controls" in claim || claim.probe.kind !== "ping") return undefined;
    const { from, to } = claim.probe;
    const node = this.#interfacesOf("node" in to ? to.node : undefined);
    if (from !== OUTSIDE || node === undefined || node.mode === "host") return undefined;
    const [port] = node.ports;
    const fix =
      port === undefined
        ? `publish a port of ${node.service}`
        : `write outside reaches ${node.service}:${port.external}`;
    return { allowed: "outside reaches the host's ports, and no address of a container", fix };
  }

  /** Nobody answers at a port at which nobody listens. */
  #closedPort(claim: Claim): Objection | undefined {
    if (!("probe" in claim) || claim.probe.kind !== "tcp" || "controls" in claim) return undefined;
    const { from, to, port } = claim.probe;
    if (!("node" in to)) return undefined;
    if (from === OUTSIDE) return this.#unpublished(port);
    const node = this.#interfacesOf(to.node);
    if (node === undefined) return undefined;
    const sharing = this.#nodes.filter(({ joins }) => joins === node.service);
    if ([node, ...sharing].some(({ listens }) => listens.includes(port))) return undefined;
    const known = node.listens.length === 0 ? "no port" : node.listens.join(", ");
    const allowed = `${node.service} is known to listen at ${known}, not at ${port}`;
    return { allowed, fix: `write listens: { ${node.service}: [${port}] }` };
  }

  #unpublished(port: number): Objection | undefined {
    const published = this.#nodes.flatMap(({ ports }) => ports).map(({ external }) => external);
    const open = this.#nodes.filter(({ mode }) => mode === "host").flatMap(({ listens }) => listens);
    if ([...published, ...open].includes(port)) return undefined;
    const fix =
      published.length === 0 ? `publish it: ports: ["${port}:80"]` : `use one of: ${published.join(", ")}`;
    return { allowed: `no service publishes the port ${port}`, fix };
  }

  /** The container whose interfaces a node has; undefined for those of the lab itself. */
  #interfacesOf(name: string | undefined): ComposeNode | undefined {
    const node = name === HOST ? undefined : this.#nodes.find((one) => one.name === name);
    return node?.joins === undefined ? node : ownerOf(node, this.#nodes);
  }
}

const ofItself: Objection = {
  allowed: "a node always reaches itself: it proves nothing",
  fix: "name another node",
};
