import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import type { TopologyInterface } from "../topology/document.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { Network } from "./bridge-network.ts";
import { type BoxEndpoint, type BoxPort, planBox } from "./box-plan.ts";
import type { Host } from "./host.ts";
import { addressesIn, interfaceOf } from "./interfaces.ts";

export type { BoxEndpoint, BoxPort };

interface AnyBoxArgs {
  /** Image. Default: the project's box image, which has the tools of the experiments. */
  image?: pulumi.Input<string>;
  /** Command (after the image in `docker run`). Default: the image's own; the box image idles. */
  command?: pulumi.Input<pulumi.Input<string>[]>;
  /** Environment variables (`docker run --env`). Default: the image's own. */
  environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Boxes that must have started before, so that the engine hands out addresses in this order. */
  after?: Box[];
}

/** A box with interfaces of its own. */
interface PluggedBoxArgs extends AnyBoxArgs {
  /** The networks that it is plugged into (`docker run --network`), all of one host; at least one. */
  networks: BoxEndpoint[];
  /** Ports of the host that lead into it (`--publish`). Default: none. */
  ports?: BoxPort[];
  network?: never;
  host?: never;
}

/** A box without interfaces of its own. */
interface UnpluggedBoxArgs extends AnyBoxArgs {
  /** `host`: the interfaces of the host (`docker run --network host`). `none`: nothing but lo (`--network none`). */
  network: "host" | "none";
  /** The host that it stands on. */
  host: Host;
  networks?: never;
  ports?: never;
}

export type BoxArgs = PluggedBoxArgs | UnpluggedBoxArgs;

const ARGUMENTS: ArgumentNames<BoxArgs> = {
  image: true,
  command: true,
  environment: true,
  after: true,
  networks: true,
  ports: true,
  network: true,
  host: true,
};

/**
 * A container (`docker run -d`), with the name that the article gives it.
 *
 * @example const box1 = new Box("box1", { networks: [{ network: myBridge, ipv4Address: "172.18.0.2" }] });
 * @example const web = new Box("web", { networks: [{ network: bridge }], ports: [{ external: 8080, internal: 80 }] });
 * @example const bbox02 = new Box("bbox02", { network: "host", host: host1 });
 */
export class Box extends pulumi.ComponentResource {
  readonly node: string;
  readonly host: Host;
  /** Name on the host's engine. */
  readonly engineName: string;
  readonly containerId: pulumi.Output<string>;
  /** The networks at its creation; none in the modes host and none. */
  readonly networks: readonly Network[];
  /** Its interface on each network, by the network's key in the plan. A NetworkAttachment adds its interface. */
  readonly endpoints: Map<string, pulumi.Output<TopologyInterface>>;
  readonly resources: { container: docker.Container };

  constructor(name: string, args: BoxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:container:Box", name, recorded(args), opts);
    refuseUnknown(`boxes.${name}`, args, ARGUMENTS);
    const host = givenHost(name, args);
    const endpoints = args.networks ?? [];
    this.node = name;
    this.host = host;
    this.engineName = host.engineName(name);
    this.networks = endpoints.map(({ network }) => network);
    planBox(name, args, host);
    const container = new docker.Container(
      `${name}-container`,
      {
        image: heldBy(this.networks, host.image(args.image ?? imageReference("box"))),
        name: this.engineName,
        hostname: name,
        labels: host.labels,
        ...commandAndEnvironment(args),
        ...(args.network === undefined ? networkArgs(name, endpoints, host) : { networkMode: args.network }),
        ...(args.ports === undefined ? {} : { ports: args.ports.map((port) => ({ ...port })) }),
      },
      {
        ...host.inside(this),
        dependsOn: [
          ...this.networks.flatMap(({ ready, after = [] }) => [...ready, ...after]),
          ...(args.after ?? []).map((box) => box.resources.container),
        ],
      },
    );
    this.resources = { container };
    this.containerId = container.id;
    this.endpoints = new Map(
      this.networks.map(({ planKey, networkName, engineName }) => [
        planKey,
        interfaceOf(container, networkName, engineName),
      ]),
    );
    host.site.nodes.push(() => ({
      name,
      kind: "container",
      host: host.hostName,
      container: this.engineName,
      ...(args.network === "host" ? { joins: host.hostName } : {}),
      interfaces: pulumi.all(this.interfaces),
    }));
    this.registerOutputs({});
  }

  /** Its interfaces, in the order of `networks`, then those plugged in live. */
  get interfaces(): pulumi.Output<TopologyInterface>[] {
    return [...this.endpoints.values()];
  }

  /** Its IPv4 addresses, by network. The address of a NetworkAttachment is there once the attachment is declared. */
  get addresses(): pulumi.Output<Record<string, string>> {
    return addressesIn(this.interfaces);
  }
}

/** The arguments of a container beside its image. */
export function commandAndEnvironment({
  command,
  environment,
}: Pick<BoxArgs, "command" | "environment">): Pick<docker.ContainerArgs, "command" | "envs"> {
  return {
    ...(command === undefined ? {} : { command }),
    ...(environment === undefined
      ? {}
      : {
          envs: pulumi
            .output(environment)
            .apply((all) => Object.entries(all).map(([name, value]) => `${name}=${value}`)),
        }),
  };
}

/**
 * The value, unknown while one of the networks is about to be replaced. So a box is replaced with its network, and unplugged
 * before the network is removed.
 */
function heldBy<T>(networks: readonly Network[], value: pulumi.Input<T>): pulumi.Output<pulumi.Unwrap<T>> {
  const ids = networks.flatMap(({ ready }) => ready.map(({ id }) => id));
  return pulumi.all(ids).apply(() => pulumi.output(value));
}

function givenHost(name: string, args: BoxArgs): Host {
  const host = args.networks?.[0]?.network.host ?? args.host;
  if (host !== undefined) return host;
  throw new pulumi.RunError(
    args.network === undefined
      ? `boxes.${name}.networks: give at least one network`
      : `boxes.${name}.host: say which host it stands on`,
  );
}

/** Docker uses the default bridge when no network is given, so none is given for the default bridge. */
function networkArgs(name: string, networks: BoxEndpoint[], host: Host): Partial<docker.ContainerArgs> {
  if (networks.length === 1 && networks[0]?.network.hasDns === false) return {};
  return {
    networksAdvanced: networks.map(({ network, ipv4Address }) => ({
      name: network.engineName,
      ...(ipv4Address === undefined ? {} : { ipv4Address }),
      // On the user's own engine the container's name includes the stack's: the alias is the name in the lab.
      ...(network.hasDns && host.engineName(name) !== name ? { aliases: [name] } : {}),
    })),
  };
}
