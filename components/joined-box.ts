import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { type Box, commandAndEnvironment } from "./box.ts";
import { planOwnership } from "./ownership.ts";

export interface JoinedBoxArgs {
  /** The box that shares its network namespace (`docker run --network container:NAME`); not a JoinedBox. */
  joins: Box;
  /** Image. Default: the project's box image. */
  image?: pulumi.Input<string>;
  /** Command (after the image in `docker run`). Default: the image's own; the box image idles. */
  command?: pulumi.Input<pulumi.Input<string>[]>;
  /** Environment variables (`docker run --env`). Default: the image's own. */
  environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const ARGUMENTS: ArgumentNames<JoinedBoxArgs> = {
  joins: true,
  image: true,
  command: true,
  environment: true,
};

/**
 * A container without a network of its own: it shares interfaces, addresses and ports with the box that it joins.
 *
 * @example const box = new JoinedBox("box", { joins: web1 });
 */
export class JoinedBox extends pulumi.ComponentResource {
  readonly node: string;
  /** The box that shares its network namespace. */
  readonly joins: Box;
  readonly resources: { container: docker.Container };

  constructor(name: string, args: JoinedBoxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:container:JoinedBox", name, recorded(args), opts);
    refuseUnknown(`boxes.${name}`, args, ARGUMENTS);
    const joins = planJoin(name, args.joins);
    const { host } = joins;
    const { site } = host;
    this.node = name;
    this.joins = joins;
    site.plan.name({ scope: "nodes", place: `boxes.${name}`, name, kind: "container" });
    planOwnership(host, `boxes.${name}`, "container", host.engineName(name));
    const container = new docker.Container(
      `${name}-container`,
      {
        image: host.image(args.image ?? imageReference("box")),
        name: host.engineName(name),
        labels: host.labels,
        networkMode: pulumi.interpolate`container:${joins.containerId}`,
        ...commandAndEnvironment(args),
      },
      host.inside(this),
    );
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
