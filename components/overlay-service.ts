import type * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
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
  /**
   * Image of the tasks; every engine must have it. Default: the project's box image. Write one that a registry has with its
   * digest (`nginx@sha256:...`): the provider has the engine ask for the digest, where a registry answers, and a second `up`
   * would find another image.
   */
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

/** Docker's own, in the provider's words; what is left out of a list of its is 0 to the provider. */
const DOCKERS_OWN = {
  stopGracePeriod: "10s",
  update: { parallelism: 1, delay: "0s", failureAction: "pause", order: "stop-first" },
};

/**
 * A service of a Swarm (`docker service create`). It stands when all its tasks run; when they do not, the error says
 * which one failed, and why, and the service stays for the next `up` to change. Replicas, image, command, constraints and
 * rollouts change in place; what else changes makes it anew.
 *
 * @example
 * new OverlayService("my-test", { swarm, networks: [ngxNet], replicas: 5, command: ["vethlab-web"] });
 */
export class OverlayService extends pulumi.ComponentResource {
  /** The lab's name for it. */
  readonly serviceName: string;
  /** The Swarm that it is of. */
  readonly swarm: Swarm;
  readonly networks: readonly OverlayNetwork[];
  readonly resources: { service: docker.Service; tasks: command.local.Command };

  constructor(name: string, args: OverlayServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:swarm:OverlayService", name, recorded(args), opts);
    refuseUnknown(`services.${name}`, args, ARGUMENTS);
    refuseUnknown(`services.${name}.update`, args.update ?? {}, ROLLOUT);
    refuseUnknown(`services.${name}.rollback`, args.rollback ?? {}, ROLLOUT);
    const { swarm, networks, replicas = 1, image = imageReference("box"), command: words = [] } = args;
    const { constraints = [], update, rollback } = args;
    const { creator } = swarm;
    const engineName = creator.engineName(name);
    this.serviceName = name;
    this.swarm = swarm;
    this.networks = networks;
    planService(name, args);
    const inside = creator.inside(this);
    const service = new docker.Service(
      `${name}-service`,
      {
        name: engineName,
        labels: creator.labels,
        mode: replicas === "global" ? { global: true } : { replicated: { replicas } },
        taskSpec: {
          containerSpec: { image, args: words, stopGracePeriod: DOCKERS_OWN.stopGracePeriod },
          networksAdvanceds: networks.map(({ networkId }) => ({
            id: networkId,
            ...(engineName === name ? {} : { aliases: [name] }),
          })),
          placement: { constraints },
        },
        endpointSpec: { mode: args.endpointMode ?? "vip", ports: (args.ports ?? []).map(published) },
        ...(update === undefined ? {} : { updateConfig: rollout(update) }),
        ...(rollback === undefined ? {} : { rollbackConfig: rollout(rollback) }),
      },
      {
        ...inside,
        // Of machines of the user's: leaving a Swarm takes its services along.
        deletedWith: inside.deletedWith ?? swarm.resources.init,
        dependsOn: [...swarm.ready, ...(args.after ?? []).map(({ resources }) => resources.tasks)],
        deleteBeforeReplace: true,
        replaceOnChanges: ["endpointSpec"],
        // A service cannot change its mode, and the provider would try.
        replacementTrigger: replicas === "global",
      },
    );
    const [convergeSeconds, pollSeconds] = creator.kind === "vm" ? [240, 1.5] : [60, 0.2];
    // Not the provider's convergeConfig: that looks every 5 s, and does not say why a task failed.
    const tasks = creator.exec(
      `${name}-tasks`,
      {
        file: "service-tasks",
        apply: "wait",
        environment: {
          SERVICE: engineName,
          ID: service.id,
          MODE: replicas === "global" ? "global" : "replicated",
          CONVERGE_SECONDS: String(args.convergeSeconds ?? convergeSeconds),
          POLL_SECONDS: String(pollSeconds),
        },
        // The script does not read it: where it changes, the tasks are waited for again.
        stdin: pulumi.jsonStringify({ image, words, replicas, constraints, update, rollback }),
        engineOnly: true,
      },
      this,
      [service],
    );
    this.resources = { service, tasks };
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

/** A port in the provider's words. */
function published({
  external,
  internal,
  protocol = "tcp",
  mode = "ingress",
}: ServicePort): docker.types.input.ServiceEndpointSpecPort {
  return { publishedPort: external, targetPort: internal, protocol, publishMode: mode };
}

/** A rollout in the provider's words. */
function rollout({
  delaySeconds,
  ...given
}: ServiceRollout): docker.types.input.ServiceUpdateConfig & docker.types.input.ServiceRollbackConfig {
  return {
    ...DOCKERS_OWN.update,
    ...given,
    ...(delaySeconds === undefined ? {} : { delay: `${delaySeconds}s` }),
  };
}
