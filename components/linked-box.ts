import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import type { TopologyInterface } from "../topology/document.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { wordLines } from "../scripts/index.ts";
import type { Box } from "./box.ts";
import { waitForHealth } from "./box-health.ts";
import { planPorts } from "./box-ports.ts";
import {
  type BoxPort,
  CONTAINER,
  type ContainerArgs,
  NAMED,
  type NamedContainerArgs,
} from "./container-args.ts";
import { containerWords, labelsFor, publishedIn } from "./container-options.ts";
import { planContainer, planNamed } from "./container-plan.ts";
import { type Host, labelLines, madeOn } from "./host.ts";
import { addressesIn } from "./interfaces.ts";
import { planOwnership } from "./ownership.ts";

/** A link to a box. */
export interface BoxLink {
  /** A box on the default bridge. */
  box: Box;
  /** The name of the link (`--link BOX:ALIAS`). Default: the name of the box. */
  alias?: string;
}

export interface LinkedBoxArgs extends ContainerArgs, NamedContainerArgs {
  /** The linked boxes (`docker run --link`), all of one host; at least one. */
  links: BoxLink[];
  /** Ports of the host that lead into it (`--publish`). Default: none. */
  ports?: BoxPort[];
}

/** The first engine without `--link`. */
const ENGINE_WITHOUT_LINK = 30;

/** The output of the script: the id, and the settings of the interface on the default bridge. */
interface Made {
  Id: string;
  IPAddress: string;
  IPPrefixLen: number;
  MacAddress: string;
}

const ARGUMENTS: ArgumentNames<LinkedBoxArgs> = { ...CONTAINER, ...NAMED, links: true, ports: true };

const LINK: ArgumentNames<BoxLink> = { box: true, alias: true };

/**
 * A container on the default bridge that knows other boxes there by name (`docker run --link`), by entries in its hosts file
 * that are written when it starts. The others do not know it. Deprecated since Docker 1.9, dropped in 30.
 *
 * @example const box2 = new LinkedBox("box2", { links: [{ box: box1 }] });
 */
export class LinkedBox extends pulumi.ComponentResource {
  /** Its name as a node of the lab. */
  readonly node: string;
  /** The host that it stands on. */
  readonly host: Host;
  /** Name on the host's engine. */
  readonly engineName: string;
  /** The engine's id for it. */
  readonly containerId: pulumi.Output<string>;
  readonly interfaces: pulumi.Output<TopologyInterface>[];
  readonly resources: { container: command.local.Command };

  constructor(name: string, args: LinkedBoxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:container:LinkedBox", name, recorded(args), opts);
    refuseUnknown(`boxes.${name}`, args, ARGUMENTS);
    const { links } = args;
    for (const [index, link] of links.entries()) refuseUnknown(`boxes.${name}.links[${index}]`, link, LINK);
    const first = links[0]?.box;
    if (first === undefined) throw new pulumi.RunError(`boxes.${name}.links: give at least one box`);
    const { host } = first;
    this.node = name;
    this.host = host;
    this.engineName = host.engineName(name);
    plan(name, links, host);
    planContainer(`boxes.${name}`, args, host);
    planNamed(`boxes.${name}`, args, host);
    planPorts(`boxes.${name}`, args.ports, host);
    const image = args.image ?? imageReference("box");
    const options = pulumi
      .all([containerWords({ hostname: name, ...args }), pulumi.output(args.entrypoint ?? [])])
      .apply(([words, [program]]) =>
        wordLines([
          ...words,
          ...links.flatMap(({ box, alias }) => ["--link", `${box.engineName}:${alias ?? box.node}`]),
          ...(program === undefined ? [] : ["--entrypoint", program]),
        ]),
      );
    const command = pulumi
      .all([pulumi.output(args.entrypoint ?? []), pulumi.output(args.command ?? [])])
      .apply(([[, ...before], words]) => wordLines([...before, ...words]));
    // A command, since the provider's container has no argument for links.
    const container = host.exec(
      `${name}-container`,
      {
        file: "linked-box",
        apply: "run",
        undo: "remove",
        environment: {
          CONTAINER: this.engineName,
          IMAGE: host.image(image, name),
          COMMAND: command,
          OPTIONS: options,
          LABELS: labelLines(labelsFor(host, args)),
          FIRST_WITHOUT_LINK: String(ENGINE_WITHOUT_LINK),
          OWNER: `${name}-container`,
        },
        triggers: [
          image,
          command,
          options,
          ...Object.entries(args.labels ?? {}).flat(),
          ...links.map(({ box }) => box.containerId),
        ],
      },
      this,
      links.flatMap(({ box }) => box.ready),
    );
    this.resources = { container };
    const made = container.stdout.apply((json) => JSON.parse(json) as Made);
    this.containerId = made.apply(({ Id }) => Id);
    waitForHealth(name, args, { host, container, id: this.containerId }, this);
    this.interfaces = [
      made.apply(({ IPAddress, IPPrefixLen, MacAddress }) => ({
        network: first.networks[0]?.networkName ?? "bridge",
        address: IPAddress,
        prefixLength: IPPrefixLen,
        mac: MacAddress,
      })),
    ];
    host.site.nodes.push(() => ({
      name,
      kind: "container" as const,
      host: host.hostName,
      container: this.engineName,
      interfaces: pulumi.all(this.interfaces),
      ...publishedIn(args.ports),
    }));
    this.registerOutputs(madeOn(host, "container", this.engineName));
  }

  /** Its IPv4 address, by network. */
  get addresses(): pulumi.Output<Record<string, string>> {
    return addressesIn(this.interfaces);
  }
}

function plan(name: string, links: BoxLink[], host: Host): void {
  const { plan, machine } = host.site;
  const place = `boxes.${name}`;
  plan.name({ scope: "nodes", place, name, kind: "container" });
  planOwnership(host, place, "container", host.engineName(name));
  const version = machine.engine?.version;
  if (host.kind === "local" && version !== undefined && Number.parseInt(version) >= ENGINE_WITHOUT_LINK) {
    plan.problem({
      place: `${place}.links`,
      value: `Docker ${version}`,
      allowed: `Docker has no --link any more since version ${ENGINE_WITHOUT_LINK}`,
      fix: "use a BridgeNetwork: its boxes know one another by name",
    });
  }
  for (const { box, alias } of links) {
    const at = `${place}.links.${alias ?? box.node}`;
    plan.name({ scope: `links of ${name}`, place: at, name: alias ?? box.node, kind: "alias" });
    const wrong =
      box.host !== host
        ? `stands on ${box.host.hostName}, and the first linked box on ${host.hostName}`
        : box.networks.some(({ hasDns }) => !hasDns)
          ? undefined
          : "is not on the default bridge, and --link knows only the boxes there";
    if (wrong !== undefined) {
      plan.problem({
        place: at,
        value: box.node,
        allowed: wrong,
        fix: "link boxes of one host's DefaultBridge; on a BridgeNetwork boxes know one another without",
      });
    }
  }
}
