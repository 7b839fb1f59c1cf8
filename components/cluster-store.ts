import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { inQuotes } from "../topology/shell.ts";
import type { LabHost } from "./lab-host.ts";
import type { Site } from "./site.ts";

/** The bridge through which containers on overlays leave their host; the engine makes it with the first of them. */
export const GATEWAY_BRIDGE = "docker_gwbridge";

/** Its subnet: the first that the engine has left. */
const GATEWAY_BRIDGE_SUBNET = "172.18.0.0/16";

/** What an engine is told of a key-value store. */
export interface ClusterStore {
  host: LabHost;
  /** `--cluster-store`: etcd://192.168.33.10:2379, consul://192.168.33.10:8500. */
  url: string;
  /** Shell command on the host that succeeds once the store can be written to. */
  healthy: string;
  /** What must be there before. */
  after: pulumi.Resource[];
  /** With another of these it is another store, of which the engine must know nothing. */
  triggers: pulumi.Input<unknown>[];
}

/**
 * Gives an engine its key-value store (`dockerd --cluster-store`, `--cluster-advertise`), once that is healthy. An engine
 * takes a first store while it runs, when its configuration is read again (SIGHUP); it forgets one only by a restart.
 * Engines from 23 on have no such option.
 */
export function giveStore(name: string, store: ClusterStore, parent: pulumi.Resource): command.local.Command {
  const { host, url, healthy, after, triggers } = store;
  const advertise = `${host.address}:2375`;
  const settings = JSON.stringify({ "cluster-store": url, "cluster-advertise": advertise });
  const taken = `[ "$(docker info --format '{{.ClusterStore}} {{.ClusterAdvertise}}')" = '${url} ${advertise}' ]`;
  return host.exec(
    name,
    {
      apply: [
        within(30, healthy, `the key-value store at ${url} is not healthy`),
        `mkdir -p /etc/docker; echo '${settings}' >${CONFIGURATION}`,
        'kill -HUP "$(cat /var/run/docker.pid)"',
        within(
          10,
          taken,
          `the engine does not take the key-value store ${url}: that needs one before 23, built with this kind of store`,
        ),
      ].join("\n"),
      undo: [
        `if ${taken}; then`,
        `  rm -f ${CONFIGURATION}; running=$(docker ps --quiet)`,
        '  pid=$(cat /var/run/docker.pid); kill -TERM "$pid"',
        '  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done',
        `  ${within(60, "docker version >/dev/null 2>&1", "the engine does not come back")}`,
        '  [ -z "$running" ] || docker start $running >/dev/null',
        "fi",
      ].join("\n"),
      triggers: [url, ...triggers],
    },
    parent,
    after,
  );
}

/** The host whose engine makes the networks of all. */
export function firstOf(place: string, [first]: readonly LabHost[]): LabHost {
  if (first === undefined) throw new pulumi.RunError(`${place}.hosts: give at least one host`);
  return first;
}

/** Enters in the plan what a host with networks of a key-value store has beside them. */
export function planStore(
  place: string,
  hosts: readonly { hostName: string; site: Pick<Site, "plan"> }[],
): void {
  for (const { site, hostName } of hosts) {
    site.plan.inUse(GATEWAY_BRIDGE_SUBNET, `${GATEWAY_BRIDGE} of ${hostName}`, hostName);
    // One store for each engine.
    site.plan.only({
      scope: "key-value stores",
      place,
      value: hostName,
      what: "engine's key-value store",
      fix: "let the networks share one store",
    });
  }
}

const CONFIGURATION = "/etc/docker/daemon.json";

/** Waits on a host until a command succeeds. */
function within(seconds: number, succeeds: string, otherwise: string): string {
  const wait = `timeout ${seconds} bash -c ${inQuotes(`until ${succeeds}; do sleep 0.05; done`)}`;
  return `${wait} || { echo "${otherwise}" >&2; exit 1; }`;
}

/** The hosts' ids: another id is another host, with nothing in it. */
export function hostIds(hosts: readonly LabHost[]): pulumi.Output<string[]> {
  return pulumi.all(hosts.map(({ nodes }) => nodes.container.id));
}
