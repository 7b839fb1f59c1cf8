import type { DrillFile } from "./drills.ts";

/**
 * Scripts of the drills on a Swarm. Each ends when all services have their tasks again. They run on a manager; an undo is
 * safe to repeat, and to run when nothing was done.
 */

export const settle: DrillFile = swarmTasks("settle", {});

/** A node may have tasks, or gives those away that it has. */
export function setAvailability(node: string, availability: "active" | "drain"): DrillFile {
  return swarmTasks("set-availability", { NODE: node, AVAILABILITY: availability });
}

/** Another number of tasks. */
export function scaleTo(service: string, replicas: number): DrillFile {
  return swarmTasks("scale", { SERVICES: service, REPLICAS: String(replicas) });
}

/** A task of the service that the manager itself has is killed. */
export function killTask(service: string): DrillFile {
  return swarmTasks("kill-task", { SERVICES: service });
}

/**
 * A node may have tasks; once it is ready, the tasks of services are made anew, and so spread over all nodes.
 *
 * @param replicas how many each service has. Default: as many as it has.
 */
export function spreadAnew(node: string, services: readonly string[], replicas?: number): DrillFile {
  return swarmTasks("spread", {
    NODE: node,
    SERVICES: services.join(" "),
    REPLICAS: replicas === undefined ? "" : String(replicas),
  });
}

function swarmTasks(argument: string, environment: Record<string, string>): DrillFile {
  return { file: "swarm-tasks", argument, environment };
}
