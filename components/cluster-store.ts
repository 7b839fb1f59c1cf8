import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { GATEWAY_BRIDGE } from "../topology/engine-networks.ts";
import type { DrillFile } from "../topology/drills.ts";
import { recorded } from "./arguments.ts";
import type { LabHost } from "./lab-host.ts";
import type { OverlaySpace } from "./overlay-network.ts";
import type { Site } from "./site.ts";

/** Hosts whose engines keep their networks in one key-value store. */
export abstract class ClusterStore extends pulumi.ComponentResource implements OverlaySpace {
  readonly hosts: readonly LabHost[];
  readonly creator: LabHost;
  readonly scope = "global";
  /** Networks are made in turn: an engine before 23 that makes two at once may jump to DOCKER-USER twice for good. */
  readonly inTurn: pulumi.Resource[] = [];
  abstract readonly resources: { stores: command.local.Command[] };
  /** The variables of the script for a host's engine. */
  readonly #environments = new Map<LabHost, Record<string, string>>();

  protected constructor(
    type: string,
    name: string,
    hosts: readonly LabHost[],
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, recorded({ hosts }), opts);
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
   * Gives each engine its key-value store (`dockerd --cluster-store`, `--cluster-advertise`) when the store is healthy. A
   * running engine takes a first store when it reads its configuration again (SIGHUP); only a restart makes it forget a store.
   * Engines from 23 on have no such option.
   *
   * @param servers the servers of the store; with another server it is another store, of which the engines know nothing
   * @param storeOf `--cluster-store` of a host's engine (etcd://192.168.33.10:2379); and the address that answers with the text
   *   `healthy` once the store can be written to
   */
  protected giveStores(
    name: string,
    servers: docker.Container[],
    storeOf: (host: LabHost) => { url: string; health: string; healthy: string },
  ): command.local.Command[] {
    return this.hosts.map((host) => {
      const { url, health, healthy } = storeOf(host);
      const advertise = `${host.address}:2375`;
      const environment = {
        CONTAINERS: "",
        STORE: url,
        ADVERTISE: advertise,
        CONFIGURATION: JSON.stringify({ "cluster-store": url, "cluster-advertise": advertise }),
        FILE,
        HEALTH: health,
        HEALTHY: healthy,
      };
      this.#environments.set(host, environment);
      return host.exec(
        `${name}-of-${host.hostName}`,
        {
          file: "engine",
          apply: "take-store",
          undo: "forget-store",
          environment,
          triggers: [url, servers.map(({ id }) => id)],
        },
        this,
        servers,
      );
    });
  }

  /** A drill's script that takes the store away from a host's engine; its containers stay stopped. */
  loseStore(): DrillFile {
    return { file: "engine", argument: "lose-store", environment: { FILE, CONTAINERS: "" } };
  }

  /** A drill's script that gives the store back to a host's engine, then starts these containers in this order. */
  takeStore(host: LabHost, containers: readonly string[]): DrillFile {
    const environment = { ...this.#environments.get(host), CONTAINERS: containers.join(" ") };
    return { file: "engine", argument: "take-store", environment };
  }
}

/** The configuration file of an engine. */
const FILE = "/etc/docker/daemon.json";

/** Enters the subnets of a host with a key-value store in the plan, beside its networks. */
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
