/** Shell scripts of the drills on a Swarm's hosts. An undo is safe to repeat, and to run when nothing was done. */

/** On a manager: a change that moves tasks, and then the time that it takes until all services have their tasks again. */
export function andSettle(change: string): string {
  return ["set -e", change, ...untilSettled].join("\n");
}

const untilSettled = [
  // Swarm looks at its nodes twice a second.
  "sleep 1",
  `timeout 60 sh -c 'until [ -z "$(docker service ls --format "{{.Replicas}}" | sed "s,^\\([0-9]*\\)/\\1$,,")" ]; do sleep 0.2; done'`,
];

/**
 * Nodes tell one another all that they know of networks every 30 s (libnetwork's bulk sync): by then all know what was lost
 * on the way when an engine was restarted.
 */
export const untilAllKnow = "sleep 31";

/**
 * On a manager: once a node is ready, the tasks of services are made anew, and so spread over all nodes. One service after
 * the other: two networks that come to a node at one moment may wait for 30 s, see OverlayService.
 */
export function spreadAnew(node: string, services: readonly string[]): string {
  return [
    "set -e",
    `timeout 40 sh -c 'until [ "$(docker node inspect -f "{{.Status.State}}" ${node})" = ready ]; do sleep 0.2; done'`,
    ...services.flatMap((service) => [
      `docker service update --detach --force --quiet ${service} >/dev/null`,
      ...untilSettled,
    ]),
  ].join("\n");
}
