import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { GATEWAY_BRIDGE } from "../topology/engine-networks.ts";
import { inQuotes } from "../topology/shell.ts";
import type { LabHost } from "./lab-host.ts";
import type { OverlaySpace } from "./overlay-network.ts";
import type { Site } from "./site.ts";

/** Hosts whose engines keep their networks in one key-value store. */
export abstract class ClusterStore extends pulumi.ComponentResource implements OverlaySpace {
  readonly hosts: readonly LabHost[];
  readonly creator: LabHost;
  readonly scope = "global";
  /** An engine before 23 that makes two networks at once may jump to DOCKER-USER twice for good. */
  readonly inTurn: pulumi.Resource[] = [];
  abstract readonly resources: { stores: command.local.Command[] };

  protected constructor(
    type: string,
    name: string,
    hosts: readonly LabHost[],
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    const [first] = hosts;
    if (first === undefined) throw new pulumi.RunError(`stores.${name}.hosts: give at least one host`);
    this.hosts = hosts;
    this.creator = first;
    planStore(`stores.${name}`, hosts);
  }

  get ready(): pulumi.Resource[] {
    return this.resources.stores;
  }

  /**
   * Gives each engine its key-value store (`dockerd --cluster-store`, `--cluster-advertise`), once that is healthy. An
   * engine takes a first store while it runs, when its configuration is read again (SIGHUP); it forgets one only by a
   * restart. Engines from 23 on have no such option.
   *
   * @param servers with another of these it is another store, of which the engines must know nothing
   * @param storeOf `--cluster-store` of a host's engine (etcd://192.168.33.10:2379), and a shell command on the host that
   *   succeeds once the store can be written to
   */
  protected giveStores(
    name: string,
    servers: docker.Container[],
    storeOf: (host: LabHost) => { url: string; healthy: string },
  ): command.local.Command[] {
    return this.hosts.map((host) => {
      const { url, healthy } = storeOf(host);
      const advertise = `${host.address}:2375`;
      const settings = JSON.stringify({ "cluster-store": url, "cluster-advertise": advertise });
      const taken = `[ "$(docker info --format '{{.ClusterStore}} {{.ClusterAdvertise}}')" = '${url} ${advertise}' ]`;
      return host.exec(
        `${name}-of-${host.hostName}`,
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
          triggers: [url, servers.map(({ id }) => id)],
        },
        this,
        servers,
      );
    });
  }
}

/** Enters in the plan what a host with networks of a key-value store has beside them. */
export function planStore(
  place: string,
  hosts: readonly { hostName: string; site: Pick<Site, "plan"> }[],
): void {
  for (const { site, hostName } of hosts) {
    site.plan.engineTakes(`${GATEWAY_BRIDGE} of ${hostName}`, hostName);
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
