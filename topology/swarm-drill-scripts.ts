/** Shell scripts of the drills on a Swarm's hosts. An undo is safe to repeat, and to run when nothing was done. */

/** On a manager: a change that moves tasks, and then the time that it takes until all services have their tasks again. */
export function andSettle(change: string): string {
  return ["set -e", change, ...untilSettled].join("\n");
}

/** On a manager: the time that it takes until all services have their tasks. */
export function settle(): string {
  return untilSettled.join("\n");
}

const untilSettled = [
  // Swarm looks at its nodes twice a second.
  "sleep 1",
  `timeout 60 sh -c 'until [ -z "$(docker service ls --format "{{.Replicas}}" | sed "s,^\\([0-9]*\\)/\\1$,,")" ]; do sleep 0.2; done'`,
];

/** On a manager: another number of tasks. */
export function scaleTo(service: string, replicas: number): string {
  return `docker service scale --detach ${service}=${replicas} >/dev/null`;
}

/** On a node: a task of the service that it has is killed. */
export function killTask(service: string): string {
  return `docker kill "$(docker ps --quiet --filter label=com.docker.swarm.service.name=${service} | head -n 1)" >/dev/null`;
}

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
