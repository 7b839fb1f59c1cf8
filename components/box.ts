import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import type { TopologyInterface } from "../topology/document.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { Network } from "./bridge-network.ts";
import { waitForHealth } from "./box-health.ts";
import { type BoxEndpoint, planBox } from "./box-plan.ts";
import { boundPorts, publisherOf } from "./box-ports.ts";
import {
  type BoxPort,
  CONTAINER,
  type ContainerArgs,
  NAMED,
  type NamedContainerArgs,
} from "./container-args.ts";
import { containerInputs, labelsFor, publishedIn, replacedWith, routedPorts } from "./container-options.ts";
import type { Host } from "./host.ts";
import { addressesIn, interfaceOf, namesOn, withAliases } from "./interfaces.ts";

export type { BoxEndpoint, BoxPort };

interface AnyBoxArgs extends ContainerArgs, NamedContainerArgs {
  /** Boxes that must stand before, so that the engine hands out addresses in this order; a box that waits to be healthy, till it is. */
  after?: Box[];
}

/** A box with interfaces of its own. */
export interface PluggedBoxArgs extends AnyBoxArgs {
  /** The networks that it is plugged into (`docker run --network`), all of one host; at least one. */
  networks: BoxEndpoint[];
  /** Ports of the host that lead into it (`--publish`). Default: none. */
  ports?: BoxPort[];
  network?: never;
  host?: never;
}

/** A box without interfaces of its own. */
export interface UnpluggedBoxArgs extends AnyBoxArgs {
  /** `host`: the interfaces of the host (`docker run --network host`). `none`: nothing but lo (`--network none`). */
  network: "host" | "none";
  /** The host that it stands on. */
  host: Host;
  networks?: never;
  ports?: never;
}

export type BoxArgs = PluggedBoxArgs | UnpluggedBoxArgs;

const ARGUMENTS: ArgumentNames<BoxArgs> = {
  ...CONTAINER,
  ...NAMED,
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
 * @example
 * new Box("db", {
 *   networks: [{ network: lan, aliases: ["database"] }],
 *   image: "postgres:17",
 *   environment: { POSTGRES_PASSWORD: password },
 *   healthcheck: { command: "pg_isready", intervalSeconds: 1, waitSeconds: 30 },
 * });
 * @example const bbox02 = new Box("bbox02", { network: "host", host: host1 });
 */
export class Box extends pulumi.ComponentResource {
  /** Its name as a node of the lab. */
  readonly node: string;
  /** The host that it stands on. */
  readonly host: Host;
  /** Name on the host's engine. */
  readonly engineName: string;
  /** The engine's id for it. */
  readonly containerId: pulumi.Output<string>;
  /** The networks at its creation; none in the modes host and none. */
  readonly networks: readonly Network[];
  /** Its interface on each network, by the network's key in the plan. A NetworkAttachment adds its interface. */
  readonly endpoints: Map<string, pulumi.Output<TopologyInterface>>;
  readonly resources: { container: docker.Container };
  /** What must be there before the box stands. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: BoxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:container:Box", name, recorded(args), opts);
    refuseUnknown(`boxes.${name}`, args, ARGUMENTS);
    const host = givenHost(name, args);
    const endpoints = args.networks ?? [];
    this.node = name;
    this.host = host;
    this.engineName = host.engineName(name);
    this.networks = endpoints.map(({ network }) => network);
    const publisher = publisherOf(endpoints);
    const ports = boundPorts(publisher, args.ports);
    planBox(name, { ...args, ...ports } as BoxArgs, host);
    const container = new docker.Container(
      `${name}-container`,
      {
        image: heldBy(this.networks, host.image(args.image ?? imageReference("box"), name)),
        name: this.engineName,
        labels: labelsFor(host, args),
        ...containerInputs({ hostname: name, ...args, ...ports }),
        ...(publisher?.routed === true ? routedPorts(ports.ports) : {}),
        ...(args.network === undefined ? networkArgs(name, endpoints, host) : { networkMode: args.network }),
      },
      {
        ...host.inside(this),
        ...replacedWith,
        dependsOn: [
          ...this.networks.flatMap(({ ready, after = [] }) => [...ready, ...after]),
          ...(args.after ?? []).flatMap((box) => box.ready),
        ],
      },
    );
    this.resources = { container };
    this.containerId = container.id;
    this.ready = [container, ...waitForHealth(name, args, { host, container, id: container.id }, this)];
    this.endpoints = new Map(
      endpoints.map(({ network: { planKey, networkName, engineName }, aliases }) => [
        planKey,
        interfaceOf(container, networkName, engineName).apply((found) => withAliases(found, aliases)),
      ]),
    );
    host.site.nodes.push(() => ({
      name,
      kind: "container",
      host: host.hostName,
      container: this.engineName,
      ...(args.hostname === undefined ? {} : { hostname: args.hostname }),
      ...(args.network === "host" ? { joins: host.hostName } : {}),
      interfaces: pulumi.all(this.interfaces),
      ...(publisher?.routed === true ? {} : publishedIn(ports.ports)),
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

/** Docker uses the default bridge when no network is given, so none is given for the default bridge without further arguments. */
function networkArgs(name: string, networks: BoxEndpoint[], host: Host): Partial<docker.ContainerArgs> {
  const [first] = networks;
  if (networks.length === 1 && first?.network.hasDns === false && Object.keys(first).length === 1) return {};
  return {
    networksAdvanced: networks.map(({ network, ipv4Address, aliases, macAddress, gatewayPriority }) => {
      const names = namesOn(network, { node: name, engineName: host.engineName(name) }, aliases);
      return {
        name: network.engineName,
        ...(ipv4Address === undefined ? {} : { ipv4Address }),
        ...(names.length === 0 ? {} : { aliases: names }),
        ...(macAddress === undefined ? {} : { macAddress }),
        ...(gatewayPriority === undefined ? {} : { gwPriority: gatewayPriority }),
      };
    }),
  };
}
