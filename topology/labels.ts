import type { Wrong } from "./run-options.ts";

/** Label keys on everything that vethlab makes on the user's engine; removal goes by them and by nothing else. */
export const STACK_LABEL = "vethlab.stack";
export const LAB_LABEL = "vethlab.lab";
/** Which vethlab it belongs to: several may share an engine, and none removes what is another's. */
export const HOME_LABEL = "vethlab.home";

/** Id of the host container that something stands in. */
export const HOST_LABEL = "vethlab.host";

/** Name of the host that is this node of a Swarm: a label of the Swarm's, not of the user's engine. */
export const NODE_LABEL = "vethlab.node";

/**
 * On a volume that tells whose Swarm the engine is in. `made`: docker_gwbridge came with it, and goes with it; `found`: it was
 * there before.
 */
export const SWARM_LABEL = "vethlab.swarm";

/** What is wrong with the name of a label that a lab gives to something. */
export function wrongLabel(label: string): Wrong | undefined {
  if (!/^[^=]+$/.test(label)) return { allowed: 'a label has a name, without "="', fix: "rename it" };
  if (!label.startsWith("vethlab.")) return undefined;
  return { allowed: "labels of this name are vethlab's own: it removes by them", fix: "use another name" };
}

/** Whose something on the user's engine is. */
interface Owner {
  stack: string;
  lab: string;
  /** Default: of a program that is not run by a vethlab; only itself removes it. */
  home?: string | undefined;
}

/** The labels of what belongs to a stack. */
export function labelsOf({ stack, lab, home }: Owner): Record<string, string> {
  return { [STACK_LABEL]: stack, [LAB_LABEL]: lab, ...(home === undefined ? {} : { [HOME_LABEL]: home }) };
}
