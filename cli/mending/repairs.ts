import type { Topology } from "../../topology/document.ts";
import { groupBy } from "../../topology/group.ts";
import type { EngineView, Labelled } from "./engine-view.ts";
import { NO_ANSWER } from "./facts.ts";
import { describeDrift, type Drift } from "./standing.ts";
import {
  type PendingOperation,
  type Recorded,
  recordedOnEngine,
  servicesIn,
  type StackState,
  topologyIn,
  urnName,
} from "./state.ts";
import { askFor, unitOf } from "./units.ts";

/** The fault of a lab, in the words of `vethlab status`. */
export type Fault = "interrupted" | "gone" | "stopped" | "drifted";

/** One repair, or one finding, of `vethlab up` before it builds. */
export type Repair = {
  fault: Fault;
  /** The repair and its reason, in one line. */
  why: string;
} & (
  | { do: "forget pending operations" }
  /** Pulumi destroys a resource with its dependents; then `up` builds them anew. */
  | { do: "rebuild"; urn: string }
  /** No repair: a finding, or why it is not mended. */
  | { do: "tell" }
  /** An unrecorded thing is removed from the engine. */
  | { do: "remove"; what: Labelled }
);

/** The state of a stack on the engine. */
export interface Facts extends EngineView {
  /** Recorded mounted folders that do not exist: /tmp is emptied when a machine starts. */
  missingFolders: readonly string[];
  /** The running containers in each lab host, by its container's name; undefined when its engine does not answer. */
  inside: ReadonlyMap<string, readonly string[] | undefined>;
  /** Nodes that have changed since the claims last held. Default: unknown. */
  drift?: readonly Drift[] | undefined;
  /** Whether the last run was killed. */
  killed?: boolean;
}

/**
 * The repairs after which Pulumi's record and the engine agree again. The host is the unit of repair: nothing inside of a
 * host is mended piece by piece.
 *
 * @param asked whether what has drifted is built anew on the user's own engines too
 */
export function planRepairs(stack: string, state: StackState, facts: Facts, asked = false): Repair[] {
  const recorded = recordedOnEngine(state);
  const rebuilds = once([
    ...state.pending.flatMap((operation) => interruptedBy(operation, state)),
    ...(facts.killed === true ? recorded.flatMap(doubtfulHost) : []),
    ...recorded.flatMap((thing) => faultOf(thing, facts)),
  ]);
  const rebuilt = new Set(rebuilds.flatMap((one) => (one.do === "rebuild" ? [one.urn] : [])));
  return [
    ...forgottenOperations(state.pending),
    ...rebuilds,
    ...drifted(stack, state, facts.drift ?? [], rebuilt, asked),
    ...leftovers([...recorded, ...servicesIn(state)], facts.labelled),
  ];
}

function forgottenOperations(pending: readonly PendingOperation[]): Repair[] {
  if (pending.length === 0) return [];
  const names = pending
    .filter(({ resource }) => resource.custom)
    .map(({ resource }) => urnName(resource.urn));
  const at = names.length > 0 ? ` on ${names.join(", ")}` : "";
  return [
    {
      do: "forget pending operations",
      fault: "interrupted",
      why: `the last run was killed while it worked${at}`,
    },
  ];
}

/**
 * The resource that an unfinished operation makes doubtful: its host; outside of hosts the resource itself, when it is
 * recorded. An unrecorded thing outside of hosts is found by its label.
 */
function interruptedBy({ resource }: PendingOperation, { resources }: StackState): Repair[] {
  const doubtful = resource.deletedWith ?? resource.urn;
  if (!resources.some(({ urn }) => urn === doubtful)) return [];
  const name = urnName(doubtful);
  const why =
    doubtful === resource.urn
      ? `${name} was being changed`
      : `${name} was being changed inside (${urnName(resource.urn)})`;
  return [
    {
      do: "rebuild",
      fault: "interrupted",
      urn: doubtful,
      why: `${why} when the last run was killed: it is built anew`,
    },
  ];
}

/**
 * A killed removal has taken the inside of a host out of the record first (deletedWith), and perhaps has not removed the
 * host: its inside is then unrecorded.
 */
function doubtfulHost({ engine, urn, name }: Recorded): Repair[] {
  if (engine === undefined) return [];
  const why = `${name} was up when the last run was killed, and what is inside is not sure: it is built anew`;
  return [{ do: "rebuild", fault: "interrupted", urn, why }];
}

/** A container with a start this long after its recorded creation was started again. */
const RESTART_MARGIN_MS = 1000;

function faultOf(thing: Recorded, facts: Facts): Repair[] {
  // The data of a key-value store goes with its member: all dependents of its host are built anew.
  const rebuild = (fault: Fault, what: string, urns = [thing.joins ?? thing.urn]): Repair[] =>
    urns.map((urn) => ({ do: "rebuild", fault, urn, why: `${thing.name} ${what}: it is built anew` }));
  const folder = thing.folders.find((one) => facts.missingFolders.includes(one));
  if (folder !== undefined) return rebuild("gone", `has lost ${folder}`, thing.folderUrns);
  if (thing.kind !== "container") {
    const there = facts.labelled.some(
      ({ kind, id, name }) => kind === thing.kind && (thing.id ?? thing.name) === (thing.id ? id : name),
    );
    return there || thing.removable === true ? [] : rebuild("gone", "is not there any more");
  }
  const container = facts.containers.find(
    ({ id, name }) => (thing.id ?? thing.name) === (thing.id ? id : name),
  );
  if (container === undefined) return rebuild("gone", "is not there any more");
  if (!container.running) return rebuild("stopped", "is stopped");
  if (
    thing.created !== undefined &&
    container.startedAt.getTime() > thing.created.getTime() + RESTART_MARGIN_MS
  ) {
    return rebuild("drifted", "was started again, and what was inside is lost");
  }
  const unplugged = thing.networks.filter((network) => !container.networks.includes(network));
  if (unplugged.length > 0) return rebuild("drifted", `is no longer plugged into ${unplugged.join(", ")}`);
  if (thing.engine === undefined) return [];
  const running = facts.inside.get(thing.name);
  if (running === undefined) return rebuild("drifted", "has an engine that does not answer");
  const missing = thing.inside.filter((name) => !running.includes(name));
  return missing.length > 0 ? rebuild("drifted", `has ${missing.join(", ")} no longer running inside`) : [];
}

/** Drift is not analysed: the whole lab host is built anew. */
function drifted(
  stack: string,
  state: StackState,
  drift: readonly Drift[],
  rebuilt: ReadonlySet<string>,
  asked: boolean,
): Repair[] {
  const topology = topologyIn(state);
  if (topology === undefined) return [];
  const recorded = recordedOnEngine(state);
  const anew = recorded.filter(({ urn }) => rebuilt.has(urn)).map(({ name }) => name);
  const left = driftBeside(anew, drift, topology);
  return [...groupBy(left, ({ node }) => unitOf(topology, node))].flatMap(([unit, drifts]): Repair[] => {
    const things = recorded.filter(({ name }) => unit === undefined || name === unit);
    if (things.every(({ urn }) => rebuilt.has(urn))) return [];
    const tell = (why: string): Repair => ({ do: "tell", fault: "drifted", why });
    const found = drifts.map((one) => tell(describeDrift(one)));
    if (unit === undefined && !asked) return [...found, tell(askFor(stack))];
    return [
      ...found,
      ...things.map(({ urn, name }): Repair => ({
        do: "rebuild",
        fault: "drifted",
        urn,
        why: `${name} is not as it was when its claims held: it is built anew`,
      })),
    ];
  });
}

/**
 * The drift that is left when these containers are built anew: not theirs, nor that networks miss them, nor that an engine
 * is silent: it may wait for one of them, as for the other member of its key-value store.
 */
function driftBeside(containers: readonly string[], drift: readonly Drift[], { nodes }: Topology): Drift[] {
  const theirs = nodes.filter(({ container = "" }) => containers.includes(container)).map(({ name }) => name);
  const isLeft = (fact: string) => !fact.split(" ").some((word) => containers.includes(word));
  const isSilent = ({ come }: Drift) => come.length > 0 && come.every((fact) => fact.startsWith(NO_ANSWER));
  return drift
    .filter((one) => !theirs.includes(one.node) && !(containers.length > 0 && isSilent(one)))
    .map(({ node, gone, come }) => ({ node, gone: gone.filter(isLeft), come }))
    .filter(({ gone, come }) => gone.length + come.length > 0);
}

function leftovers(
  recorded: readonly { kind: Labelled["kind"]; name: string; id?: string | undefined }[],
  labelled: readonly Labelled[],
): Repair[] {
  return labelled
    .filter(
      (what) =>
        !recorded.some(
          ({ kind, id, name }) =>
            kind === what.kind && (id === undefined ? name === what.name : id === what.id),
        ),
    )
    .map((what) => ({
      do: "remove",
      fault: "drifted",
      what,
      why: `${what.kind} ${what.name} was made but not recorded: it is removed`,
    }));
}

/** One repair for each resource: the first reason is enough. */
function once(repairs: readonly Repair[]): Repair[] {
  const seen = new Set<string>();
  return repairs.filter((repair) => {
    if (repair.do !== "rebuild") return true;
    if (seen.has(repair.urn)) return false;
    seen.add(repair.urn);
    return true;
  });
}
