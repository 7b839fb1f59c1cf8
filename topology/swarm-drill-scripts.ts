/** Shell scripts of the drills on a Swarm's hosts. An undo is safe to repeat, and to run when nothing was done. */

import { restartEngine } from "./drill-scripts.ts";

export { dropAll, passAll, untilEngineAnswers } from "./drill-scripts.ts";

/** On a host: the engine ends as it does when it is told to, and starts again. */
export const restartNode = restartEngine([]);

/** On a manager: a change that moves tasks, and then the time that it takes until all services have their tasks again. */
export function andSettle(change: string): string {
  return ["set -e", change, ...untilSettled].join("\n");
}

const untilSettled = [
  // Swarm looks at its nodes twice a second.
  "sleep 1",
  `timeout 60 sh -c 'until [ -z "$(docker service ls --format "{{.Replicas}}" | sed "s,^\\([0-9]*\\)/\\1$,,")" ]; do sleep 0.2; done'`,
];

/** On a manager: once a node is ready, the tasks of services are made anew, and so spread over all nodes. */
export function spreadAnew(node: string, services: readonly string[]): string {
  return andSettle(
    [
      `timeout 40 sh -c 'until [ "$(docker node inspect -f "{{.Status.State}}" ${node})" = ready ]; do sleep 0.2; done'`,
      ...services.map((service) => `docker service update --detach --force --quiet ${service} >/dev/null`),
    ].join("\n"),
  );
}
