/** A Compose file as a lab: its twin, the claims that follow from it, and the user's own. */
import type { EngineVersion } from "../topology/engines.ts";
import { distinct } from "../topology/group.ts";
import type { LabData } from "../topology/lab-data/lab-data.ts";
import { namedIn } from "../topology/lab-data/named.ts";
import type { Claim } from "../topology/claims/index.ts";
import type { Named } from "../topology/lab-data/sentences.ts";
import { LabError, type Problem } from "../topology/problems.ts";
import { Canonical } from "./canonical.ts";
import { readExtension, type Written, writtenClaims } from "./extension.ts";
import { type Following, followingClaims } from "./follows.ts";
import { networksOf, type TwinNetwork } from "./networks.ts";
import { type ComposeNode, HOST, nodesOf, ownerOf } from "./nodes.ts";
import { placeInCompose, Places } from "./places.ts";
import { type ComposeFiles, readCompose } from "./read.ts";
import { twinOf } from "./twin.ts";
import { unshownKeys } from "./keys.ts";
import { unshown } from "./unshown.ts";

/** What is asked for: the files, and the engine that they are tried on. */
export interface ComposeOptions extends ComposeFiles {
  /** Version of the lab host's engine. Default: the default engine. */
  engine?: EngineVersion;
}

/** A Compose file that has been read. */
export interface ComposeLab {
  data: LabData;
  /** Those of `data`: what follows and what is written, each once. */
  claims: readonly Claim[];
  /** The project's name, by which its containers are known where it runs. */
  project: string;
  nodes: readonly ComposeNode[];
  /** The networks, by their keys in the file. */
  networks: ReadonlyMap<string, TwinNetwork>;
  follows: readonly Following[];
  written: readonly Written[];
  /** The same claims where the networks have other gateways, by the network's name in the lab: these show a node alive. */
  claimsWith: (gatewayOf: (network: string) => string | undefined) => Claim[];
  /** What of the files bears on networks and is not as in the files, each in a sentence; and what Compose warns of. */
  notes: readonly string[];
  /** The place of a problem as it is told, with file, line and column. */
  tell: (problem: Problem) => string;
}

/**
 * Reads Compose files as a lab.
 *
 * @param say called with each step in words, where reading takes long
 * @throws ComposeRefuses for files that are none for Compose
 * @throws LabError for what vethlab is told in them and cannot be
 */
export async function readComposeLab(
  options: ComposeOptions,
  say?: (line: string) => void,
): Promise<ComposeLab> {
  const { project, warnings } = await readCompose(options, say);
  const file = Canonical.parse(project);
  const places = new Places(options.files);
  const sentences = sentencesIn(file);
  const sentenceAt = (place: string) => sentences[Number(/^x-vethlab\.claims\[(\d+)\]/.exec(place)?.[1])];
  const inFiles = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      throw new LabError(
        error.problems.map((one) => ({ ...one, place: places.tell(one, sentenceAt(one.place)) })),
      );
    }
  };
  return inFiles(() => {
    const { listens, claims } = readExtension(file);
    const networks = networksOf(file);
    const nodes = nodesOf(file, listens);
    const twin = twinOf(file, networks, nodes, options.engine);
    const named = namedIn({ ...twin, claims: [] });
    const claimsOf = (of: Named) => {
      const follows = followingClaims(file, networks, nodes, of);
      return { follows, written: writtenClaims(claims, of, nodes, networks, follows) };
    };
    const { follows, written } = claimsOf(named);
    const all = distinct([...follows, ...written].map(({ claim }) => claim));
    const data = { ...twin, claims: all };
    const tell = (problem: Problem): string => {
      const own = written.find(({ claim }) => problem.place.startsWith(`claims."${claim.summary}"`));
      if (own !== undefined)
        return places.tell({ ...problem, place: `x-vethlab.claims[${own.index}]` }, own.sentence);
      return places.tell({ ...problem, place: placeInCompose(problem.place, nodes, networks) });
    };
    return {
      data,
      claims: all,
      project: file.name,
      nodes,
      networks,
      claimsWith(gatewayOf) {
        const its = claimsOf(withGateways(named, nodes, networks, gatewayOf));
        return [...its.follows, ...its.written].map(({ claim }) => claim);
      },
      follows,
      written,
      notes: [...warnings, ...keyNotes(project), ...unshown(file, nodes, networks, options.engine)],
      tell,
    };
  });
}

/** What sentences name, with the gateway of each container's first network. */
function withGateways(
  named: Named,
  nodes: readonly ComposeNode[],
  networks: ReadonlyMap<string, TwinNetwork>,
  gatewayOf: (network: string) => string | undefined,
): Named {
  const its = nodes.map((node) => {
    const { name } = node;
    const [key = ""] = (ownerOf(node, nodes) ?? node).ends.keys();
    const gateway = gatewayOf(networks.get(key)?.name ?? key);
    return [name, { ...(named.nodes.get(name) ?? { host: HOST, published: [] }), gateway }] as const;
  });
  return { ...named, nodes: new Map([...named.nodes, ...its]) };
}

function keyNotes(project: unknown): string[] {
  return unshownKeys(project).map(({ place, value, why }) => `${place}: ${value}: ${why}`);
}

function sentencesIn(file: Canonical): readonly string[] {
  const { claims } = (file["x-vethlab"] ?? {}) as { claims?: unknown };
  return Array.isArray(claims) ? claims.map(String) : [];
}
