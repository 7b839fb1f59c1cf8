import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { wordLines } from "../scripts/index.ts";
import { labelLines, namedOnEngine } from "./host.ts";
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
  image?: pulumi.Input<string>;
  /** Command (after the image). Default: the image's own; the box image idles. */
  command?: pulumi.Input<pulumi.Input<string>[]>;
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
    super("vethlab:swarm:OverlayService", name, recorded(args), opts);
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
    const [convergeSeconds, pollSeconds] = creator.kind === "vm" ? [240, 1.5] : [60, 0.2];
    // By command: the provider looks every 5 s whether a service has converged, and a lab would wait for it.
    const service = creator.exec(
      `${name}-service`,
      {
        file: "overlay-service",
        apply: "run",
        undo: "remove",
        environment: {
          SERVICE: engineName,
          IMAGE: args.image ?? imageReference("box"),
          COMMAND: pulumi.output(args.command ?? []).apply(wordLines),
          REPLICAS: String(args.replicas ?? 1),
          ENDPOINT_MODE: args.endpointMode ?? "vip",
          NETWORKS: wordLines(
            networks.map((network) =>
              engineName === name ? network.engineName : `name=${network.engineName},alias=${name}`,
            ),
          ),
          PORTS: wordLines((args.ports ?? []).map(published)),
          CONSTRAINTS: wordLines(args.constraints ?? []),
          ROLLOUT: wordLines([...rollout("update", args.update), ...rollout("rollback", args.rollback)]),
          LABELS: labelLines(creator.labels),
          CONVERGE_SECONDS: String(args.convergeSeconds ?? convergeSeconds),
          POLL_SECONDS: String(pollSeconds),
        },
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

/** As `docker service create --publish` takes a port. */
function published({ external, internal, protocol = "tcp", mode = "ingress" }: ServicePort): string {
  return `published=${external},target=${internal},protocol=${protocol},mode=${mode}`;
}

/** The options of `docker service create` and `update` for a rollout. */
function rollout(
  kind: "update" | "rollback",
  { parallelism, delaySeconds, order, failureAction }: ServiceRollout = {},
): string[] {
  return [
    ...(parallelism === undefined ? [] : [`--${kind}-parallelism=${parallelism}`]),
    ...(delaySeconds === undefined ? [] : [`--${kind}-delay=${delaySeconds}s`]),
    ...(order === undefined ? [] : [`--${kind}-order=${order}`]),
    ...(failureAction === undefined ? [] : [`--${kind}-failure-action=${failureAction}`]),
  ];
}
