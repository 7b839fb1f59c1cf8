import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { GATEWAY_BRIDGE, INGRESS, INGRESS_SUBNET } from "../topology/engine-networks.ts";
import { NODE_LABEL } from "../topology/labels.ts";
import { defaultHeartbeatSeconds, initScript, joinScript, reachScript } from "../topology/swarm-join.ts";
import { leaveScript, markScript } from "../topology/swarm-mark.ts";
import { nodesScript, type NodeSettings } from "../topology/swarm-nodes.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import { type Host, type HostScript, isUsers, madeOn } from "./host.ts";
import type { OverlaySpace } from "./overlay-network.ts";

/** A host with an address at which the other hosts reach it. */
export type SwarmHost = Host & { readonly address: string };

/** A host as a node of a Swarm. */
export interface SwarmNodeArgs {
  host: SwarmHost;
  /** Default: the first node is a manager, the others are workers. A role that changes is given while the node runs. */
  role?: "manager" | "worker";
  /** Whether tasks may run on it (`docker node update --availability`). Default: active. */
  availability?: "active" | "pause" | "drain";
  /** Labels for placement constraints (`docker node update --label-add`). Default: none. */
  labels?: Record<string, string>;
}

export interface SwarmArgs {
  /** Its nodes. The first one makes the Swarm, is a manager, and is asked about everything. */
  nodes: SwarmNodeArgs[];
  /**
   * How often nodes report, in whole seconds (`docker swarm init --dispatcher-heartbeat`). A node is taken for lost after
   * three times as long. Default: 5, as Docker's; 30 on virtual machines, which may stand still while others have the
   * processor: a node that is lost and found has all its tasks made anew.
   */
  heartbeatSeconds?: number;
}

const ARGUMENTS: ArgumentNames<SwarmArgs> = { nodes: true, heartbeatSeconds: true };

const NODE: ArgumentNames<SwarmNodeArgs> = { host: true, role: true, availability: true, labels: true };

/**
 * A Swarm: engines that share networks and services. A node that cannot join says why within 100 seconds, and is not
 * left half in it.
 *
 * @example
 * const swarm = new Swarm("swarm", { nodes: [{ host: host1 }, { host: host2, availability: "drain" }] });
 * const net = new OverlayNetwork("ngx_net", { space: swarm, subnet: "10.10.0.0/16" });
 */
export class Swarm extends pulumi.ComponentResource implements OverlaySpace {
  readonly hosts: readonly SwarmHost[];
  readonly creator: SwarmHost;
  readonly scope = "swarm";
  readonly ready: pulumi.Resource[];
  readonly resources: {
    init: command.local.Command;
    joins: command.local.Command[];
    nodes: command.local.Command;
  };

  constructor(name: string, args: SwarmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:swarm:Swarm", name, {}, opts);
    refuseUnknown(`swarms.${name}`, args, ARGUMENTS);
    for (const [index, node] of args.nodes.entries())
      refuseUnknown(`swarms.${name}.nodes[${index}]`, node, NODE);
    const [first, ...others] = args.nodes;
    if (first === undefined) throw new pulumi.RunError(`swarms.${name}.nodes: give at least one node`);
    this.creator = first.host;
    this.hosts = args.nodes.map(({ host }) => host);
    this.#plan(name, args);
    const { creator } = this;
    const init = creator.exec(
      `${name}-init`,
      {
        ...membership(
          creator,
          name,
          initScript(creator.address, args.heartbeatSeconds ?? defaultHeartbeatSeconds[creator.kind]),
        ),
        engineOnly: true,
        secret: true,
      },
      this,
    );
    const manager = { name: creator.hostName, address: creator.address };
    const joins = others.map(({ host }) => {
      const { hostName, address } = host;
      const reached = host.exec(
        `${name}-${hostName}-reach`,
        { apply: reachScript(hostName, manager), triggers: [init.id] },
        this,
        [init],
      );
      return host.exec(
        `${name}-${hostName}-join`,
        {
          ...membership(host, name, joinScript({ name: hostName, address }, manager)),
          engineOnly: true,
          stdin: init.stdout,
          // Another Swarm is another token too, but a token may also be rotated.
          triggers: [init.id],
        },
        this,
        [reached],
      );
    });
    const ids = pulumi.all(joins.map(({ stdout }) => stdout));
    const nodes = creator.exec(
      `${name}-nodes`,
      {
        apply: ids.apply((joined) => nodesScript(settingsOf(args.nodes, joined), NODE_LABEL)),
        engineOnly: true,
      },
      this,
      [init, ...joins],
    );
    this.resources = { init, joins, nodes };
    this.ready = [nodes];
    this.registerOutputs(madeOn(creator, "swarm", creator.engineName(name)));
  }

  #plan(name: string, { nodes, heartbeatSeconds }: SwarmArgs): void {
    const { plan } = this.creator.site;
    const place = `swarms.${name}`;
    for (const { hostName, networksInUse = [] } of this.hosts) {
      plan.only({
        scope: "nodes of Swarms",
        place: `${place}.nodes`,
        value: hostName,
        what: "host",
        fix: "a host is a node of one Swarm, once",
      });
      plan.inUse(INGRESS_SUBNET, `${INGRESS} of ${name}`, hostName);
      // One that a machine of the user's has already is in the plan with all that is in use there.
      if (!networksInUse.some((network) => network.name === GATEWAY_BRIDGE))
        plan.engineTakes(`${GATEWAY_BRIDGE} of ${hostName}`, hostName);
    }
    if (nodes[0]?.role === "worker") {
      plan.problem({
        place: `${place}.nodes[0].role`,
        value: "worker",
        allowed: "the first node makes the Swarm, and is a manager",
        fix: "leave it out, or begin with another node",
      });
    }
    if (heartbeatSeconds !== undefined && !(Number.isInteger(heartbeatSeconds) && heartbeatSeconds > 0)) {
      plan.problem({
        place: `${place}.heartbeatSeconds`,
        value: String(heartbeatSeconds),
        allowed: "must be a whole number of seconds, at least 1",
        fix: `for example ${defaultHeartbeatSeconds.container}, Docker's default`,
      });
    }
  }
}

/** A script by which an engine comes into a Swarm, and how it leaves. On a machine of the user's the Swarm is marked. */
function membership(host: SwarmHost, swarm: string, enter: string): Pick<HostScript, "apply" | "undo"> {
  if (!isUsers(host)) return { apply: enter, undo: "docker swarm leave --force 2>/dev/null || true" };
  const { hostName } = host;
  const volume = host.engineName(swarm);
  return {
    apply: pulumi.all(host.labels).apply((labels) => `${markScript(hostName, volume, labels)}\n${enter}`),
    undo: leaveScript(hostName, volume),
  };
}

/** What is said of each node, with its id; that of the first is known to itself. */
function settingsOf(nodes: readonly SwarmNodeArgs[], joined: readonly string[]): NodeSettings[] {
  return nodes.map(({ host, role, availability = "active", labels = {} }, index) => ({
    name: host.hostName,
    id: index === 0 ? "self" : (joined[index - 1] ?? ""),
    role: role ?? (index === 0 ? "manager" : "worker"),
    availability,
    labels,
  }));
}
