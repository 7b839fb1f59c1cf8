import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { GATEWAY_BRIDGE, INGRESS, INGRESS_SUBNET } from "../topology/engine-networks.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { wordColumns } from "../scripts/index.ts";
import type { HostKind } from "../topology/config.ts";
import { NODE_LABEL, SWARM_LABEL } from "../topology/labels.ts";
import { type Host, isUsers, labelLines, madeOn } from "./host.ts";
import type { OverlaySpace } from "./overlay-network.ts";

/** How often members report, by the kind of their host. */
const defaultHeartbeatSeconds = {
  container: 5,
  local: 5,
  ssh: 5,
  vm: 30,
} as const satisfies Record<HostKind, number>;

/** A host with an address at which the other hosts reach it. */
export type SwarmHost = Host & { readonly address: string };

/** A host as a member of a Swarm: what Docker calls its node. */
export interface SwarmMemberArgs {
  host: SwarmHost;
  /** Default: the first member is a manager, the others are workers. A role that changes is given while the member runs. */
  role?: "manager" | "worker";
  /** Whether tasks may run on it (`docker node update --availability`). Default: active. */
  availability?: "active" | "pause" | "drain";
  /** Labels for placement constraints (`docker node update --label-add`). Default: none. */
  labels?: Record<string, string>;
}

export interface SwarmArgs {
  /** Its members. The first makes the Swarm, is a manager, and answers all questions. */
  members: SwarmMemberArgs[];
  /**
   * How often members report, in whole seconds (`docker swarm init --dispatcher-heartbeat`). A member is taken for lost after
   * three times as long. Default: 5, as Docker's; 30 on virtual machines, which may stand still while others have the
   * processor: a member that is lost and found has all its tasks made anew.
   */
  heartbeatSeconds?: number;
}

const ARGUMENTS: ArgumentNames<SwarmArgs> = { members: true, heartbeatSeconds: true };

const MEMBER: ArgumentNames<SwarmMemberArgs> = { host: true, role: true, availability: true, labels: true };

/**
 * A Swarm: engines that share networks and services. A host that cannot join says why within 100 seconds, and is not
 * left half in it.
 *
 * @example
 * const swarm = new Swarm("swarm", { members: [{ host: host1 }, { host: host2, availability: "drain" }] });
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
    members: command.local.Command;
  };

  constructor(name: string, args: SwarmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:swarm:Swarm", name, recorded(args), opts);
    refuseUnknown(`swarms.${name}`, args, ARGUMENTS);
    for (const [index, member] of args.members.entries())
      refuseUnknown(`swarms.${name}.members[${index}]`, member, MEMBER);
    const [first, ...others] = args.members;
    if (first === undefined) throw new pulumi.RunError(`swarms.${name}.members: give at least one`);
    this.creator = first.host;
    this.hosts = args.members.map(({ host }) => host);
    this.#plan(name, args);
    const { creator } = this;
    const heartbeat = `${args.heartbeatSeconds ?? defaultHeartbeatSeconds[creator.kind]}s`;
    const script = (host: SwarmHost) => ({
      file: "swarm",
      environment: {
        NODE: host.hostName,
        ADDRESS: host.address,
        MANAGER: creator.hostName,
        MANAGER_ADDRESS: creator.address,
        HEARTBEAT: host === creator ? heartbeat : "",
        ...mark(host, name),
      },
    });
    const init = creator.exec(
      `${name}-init`,
      { ...script(creator), apply: "init", undo: "leave", engineOnly: true, secret: true },
      this,
    );
    const joins = others.map(({ host }) => {
      const reached = host.exec(
        `${name}-${host.hostName}-reach`,
        { ...script(host), apply: "reach", triggers: [init.id] },
        this,
        [init],
      );
      return host.exec(
        `${name}-${host.hostName}-join`,
        {
          ...script(host),
          apply: "join",
          undo: "leave",
          engineOnly: true,
          stdin: init.stdout,
          // A new Swarm has a new token, but a token may also be rotated.
          triggers: [init.id],
        },
        this,
        [reached],
      );
    });
    const ids = pulumi.all(joins.map(({ stdout }) => stdout));
    const members = creator.exec(
      `${name}-members`,
      {
        file: "swarm-members",
        apply: "update",
        environment: {
          MEMBERS: ids.apply((joined) => memberLines(args.members, joined)),
          MARK: NODE_LABEL,
        },
        engineOnly: true,
      },
      this,
      [init, ...joins],
    );
    this.resources = { init, joins, members };
    this.ready = [members];
    this.registerOutputs(madeOn(creator, "swarm", creator.engineName(name)));
  }

  #plan(name: string, { members, heartbeatSeconds }: SwarmArgs): void {
    const { plan } = this.creator.site;
    const place = `swarms.${name}`;
    for (const { hostName, networksInUse = [] } of this.hosts) {
      plan.only({
        scope: "members of Swarms",
        place: `${place}.members`,
        value: hostName,
        what: "host",
        fix: "a host is a member of one Swarm, once",
      });
      plan.inUse(INGRESS_SUBNET, `${INGRESS} of ${name}`, hostName);
      // An existing docker_gwbridge of a user's machine is in the plan with the networks in use.
      if (!networksInUse.some((network) => network.name === GATEWAY_BRIDGE))
        plan.engineTakes(`${GATEWAY_BRIDGE} of ${hostName}`, hostName);
    }
    if (members[0]?.role === "worker") {
      plan.problem({
        place: `${place}.members[0].role`,
        value: "worker",
        allowed: "the first member makes the Swarm, and is a manager",
        fix: "leave it out, or begin with another member",
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

/** The mark of the Swarm on a machine of the user's. */
function mark(host: SwarmHost, swarm: string): Record<string, pulumi.Input<string>> {
  const marked = isUsers(host);
  return {
    VOLUME: marked ? host.engineName(swarm) : "",
    LABELS: marked ? labelLines(host.labels) : "",
    SWARM_LABEL,
  };
}

/**
 * Role, availability and labels of each member, a line for each.
 *
 * @param joined the node ids of all but the first, which finds out its own id
 */
function memberLines(members: readonly SwarmMemberArgs[], joined: readonly string[]): string {
  return members
    .map(({ host, role, availability = "active", labels = {} }, index) =>
      wordColumns([
        host.hostName,
        index === 0 ? "self" : (joined[index - 1] ?? ""),
        role ?? (index === 0 ? "manager" : "worker"),
        availability,
        ...Object.entries({ ...labels, [NODE_LABEL]: host.hostName }).map(
          ([key, value]) => `${key}=${value}`,
        ),
      ]),
    )
    .join("\n");
}
