import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import { type ArgumentNames, inShort, recorded, refuseUnknown } from "./arguments.ts";
import type { Box } from "./box.ts";
import { waitForHealth } from "./box-health.ts";
import { CONTAINER, type ContainerArgs, NAMED } from "./container-args.ts";
import { containerInputs, labelsFor, replacedWith } from "./container-options.ts";
import { planContainer } from "./container-plan.ts";
import { planOwnership } from "./ownership.ts";

export interface JoinedBoxArgs extends ContainerArgs {
  /**
   * The box that shares its network namespace (`docker run --network container:NAME`); not a JoinedBox. A sysctl `net.*` of
   * the JoinedBox changes both.
   */
  joins: Box;
}

const ARGUMENTS: ArgumentNames<JoinedBoxArgs> = { ...CONTAINER, joins: true };

/** What comes with the interfaces, and so is the other box's: Docker refuses it, or drops it. */
const OF_THE_OTHER = [...Object.keys(NAMED), "networks", "network", "host", "ports", "macAddress", "links"];

/**
 * A container without a network of its own: it shares interfaces, addresses and ports with the box that it joins.
 *
 * @example const box = new JoinedBox("box", { joins: web1 });
 */
export class JoinedBox extends pulumi.ComponentResource {
  /** Its name as a node of the lab. */
  readonly node: string;
  /** The box that shares its network namespace. */
  readonly joins: Box;
  readonly resources: { container: docker.Container };

  constructor(name: string, args: JoinedBoxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:container:JoinedBox", name, recorded(args), opts);
    const joins = planJoin(name, args.joins);
    refuseUnknown(`boxes.${name}`, own(name, args, joins), ARGUMENTS);
    const { host } = joins;
    const { site } = host;
    this.node = name;
    this.joins = joins;
    site.plan.name({ scope: "nodes", place: `boxes.${name}`, name, kind: "container" });
    planOwnership(host, `boxes.${name}`, "container", host.engineName(name));
    planContainer(`boxes.${name}`, args, host);
    const container = new docker.Container(
      `${name}-container`,
      {
        image: host.image(args.image ?? imageReference("box"), name),
        name: host.engineName(name),
        labels: labelsFor(host, args),
        networkMode: pulumi.interpolate`container:${joins.containerId}`,
        ...containerInputs(args),
      },
      // The other box's domain is its own, says the engine after a refresh.
      { ...host.inside(this), ...replacedWith, ignoreChanges: ["domainname"] },
    );
    waitForHealth(name, args, { host, container, id: container.id }, this);
    this.resources = { container };
    site.nodes.push(() => ({
      name,
      kind: "container" as const,
      host: host.hostName,
      container: host.engineName(name),
      joins: joins.node,
      interfaces: pulumi.all(joins.interfaces),
    }));
    this.registerOutputs({});
  }

  /** The IPv4 addresses of the box that it joins, by network. */
  get addresses(): pulumi.Output<Record<string, string>> {
    return this.joins.addresses;
  }
}

/** The box to join. The types know that it is a Box; a program in plain JavaScript may give a JoinedBox. */
function planJoin(name: string, joins: Box | JoinedBox): Box {
  if (!(joins instanceof JoinedBox)) return joins;
  joins.joins.host.site.plan.problem({
    place: `boxes.${name}.joins`,
    value: joins.node,
    allowed: `is itself joined to ${joins.joins.node}, and Docker joins no box to a joined one`,
    fix: `join ${joins.joins.node}: the interfaces are the same`,
  });
  return joins.joins;
}

/** The arguments but those that only the other box can have; the plan is told of these. */
function own(name: string, args: JoinedBoxArgs, joins: Box): object {
  const given = Object.entries(args) as [string, unknown][];
  for (const [argument, value] of given) {
    if (!OF_THE_OTHER.includes(argument)) continue;
    joins.host.site.plan.problem({
      place: `boxes.${name}.${argument}`,
      value: inShort(value),
      allowed: `a joined box has interfaces, names and name servers of the box that it joins`,
      fix: `give it to ${joins.node}, or leave it out`,
    });
  }
  return Object.fromEntries(given.filter(([argument]) => !OF_THE_OTHER.includes(argument)));
}
