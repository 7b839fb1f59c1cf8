import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import { serviceScript, type ServiceSettings } from "../topology/service-script.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import { namedOnEngine } from "./host.ts";
import type { OverlayNetwork } from "./overlay-network.ts";
import { type PlannedService, planService, type ServicePort } from "./service-plan.ts";
import type { Swarm } from "./swarm.ts";

export type { ServicePort };

/** How tasks are replaced by tasks of another version (`--update-*`, `--rollback-*`). */
export interface ServiceRollout {
  /** How many at once; 0: all (`--update-parallelism`). Default: 1. */
  parallelism?: number;
  /** Seconds between two (`--update-delay`). Default: 0. */
  delaySeconds?: number;
  /** Which comes first (`--update-order`). Default: stop-first. */
  order?: "stop-first" | "start-first";
  /** What happens when one fails (`--update-failure-action`); a rollback cannot itself be rolled back. Default: pause. */
  failureAction?: "pause" | "continue" | "rollback";
}

export interface OverlayServiceArgs extends PlannedService {
  /** Image of the tasks; every engine must have it. Default: the project's box image. */
  image?: string;
  /** Command (after the image). Default: the image's own; the box image idles. */
  command?: string[];
  /** Which nodes may have tasks (`--constraint`): `node.labels.vethlab.node!=host3`. Default: all. */
  constraints?: string[];
  /**
   * Services that must have converged before. Of services on different networks let one come after the other: where two
   * networks reach a node at one moment, Docker's engines (before the mending of moby#51701) lose 30 s.
   */
  after?: OverlayService[];
  /** How an update goes. Default: Docker's. */
  update?: ServiceRollout;
  /** How a rollback goes. Default: Docker's. */
  rollback?: Omit<ServiceRollout, "failureAction"> & { failureAction?: "pause" | "continue" };
}

const ARGUMENTS: ArgumentNames<OverlayServiceArgs> = {
  swarm: true,
  networks: true,
  replicas: true,
  endpointMode: true,
  ports: true,
  convergeSeconds: true,
  image: true,
  command: true,
  constraints: true,
  after: true,
  update: true,
  rollback: true,
};

const ROLLOUT: ArgumentNames<ServiceRollout> = {
  parallelism: true,
  delaySeconds: true,
  order: true,
  failureAction: true,
};

/**
 * A service of a Swarm (`docker service create`). It stands when all its tasks run; when they do not, the error says
 * which one failed, and why. Replicas, image, command, constraints and rollouts change in place; what else changes makes
 * it anew.
 *
 * @example
 * new OverlayService("my-test", { swarm, networks: [ngxNet], replicas: 5, command: ["vethlab-web"] });
 */
export class OverlayService extends pulumi.ComponentResource {
  readonly serviceName: string;
  readonly swarm: Swarm;
  readonly networks: readonly OverlayNetwork[];
  readonly resources: { service: command.local.Command };

  constructor(name: string, args: OverlayServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:swarm:OverlayService", name, {}, opts);
    refuseUnknown(`services.${name}`, args, ARGUMENTS);
    refuseUnknown(`services.${name}.update`, args.update ?? {}, ROLLOUT);
    refuseUnknown(`services.${name}.rollback`, args.rollback ?? {}, ROLLOUT);
    const { swarm, networks } = args;
    const { creator } = swarm;
    const engineName = creator.engineName(name);
    this.serviceName = name;
    this.swarm = swarm;
    this.networks = networks;
    planService(name, args);
    const settings: Omit<ServiceSettings, "labels"> = {
      ...(creator.kind === "vm"
        ? { convergeSeconds: 240, pollSeconds: 1.5 }
        : { convergeSeconds: 60, pollSeconds: 0.2 }),
      ...args,
      name: engineName,
      image: args.image ?? imageReference("box"),
      networks: networks.map((network) => network.engineName),
      ...(engineName === name ? {} : { alias: name }),
    };
    // By command: the provider looks every 5 s whether a service has converged, and a lab would wait for it.
    const service = creator.exec(
      `${name}-service`,
      {
        apply: pulumi.all(creator.labels).apply((labels) => serviceScript({ ...settings, labels })),
        undo: `docker service rm ${engineName} >/dev/null 2>&1 || ! docker service inspect ${engineName} >/dev/null 2>&1`,
        engineOnly: true,
        triggers: [
          networks.map(({ resources }) => resources.network.id),
          args.endpointMode ?? "vip",
          args.replicas === "global",
          args.ports ?? [],
        ],
      },
      this,
      [
        ...swarm.ready,
        ...networks.map(({ resources }) => resources.network),
        ...(args.after ?? []).map(({ resources }) => resources.service),
      ],
    );
    this.resources = { service };
    creator.site.services.push({
      name,
      ...namedOnEngine(name, engineName),
      manager: creator.hostName,
      hosts: swarm.hosts.map(({ hostName }) => hostName),
      networks: networks.map(({ networkName }) => networkName),
      ...(args.replicas === "global" ? {} : { replicas: args.replicas ?? 1 }),
    });
    this.registerOutputs({});
  }
}
