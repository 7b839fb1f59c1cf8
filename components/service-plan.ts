import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import type { OverlayNetwork } from "./overlay-network.ts";
import type { Swarm } from "./swarm.ts";

/** A published port of a service (`docker service create --publish`). */
export interface ServicePort {
  /** Port of the hosts, 1 to 65535. */
  external: number;
  /** Port of the tasks, 1 to 65535. */
  internal: number;
  /** Default: tcp. */
  protocol?: "tcp" | "udp";
  /**
   * `ingress`: on all nodes of the Swarm, to any task (needs ip_vs). `host`: on the nodes with a task, to this task. Default:
   * ingress, as Docker's; a service with endpoint mode dnsrr can only have `host`.
   */
  mode?: "ingress" | "host";
}

/** The arguments of a service that the plan checks. */
export interface PlannedService {
  swarm: Swarm;
  /** Overlay networks of this Swarm that each task is plugged into (`--network`); at least one. */
  networks: OverlayNetwork[];
  /** How many tasks (`--replicas`), or one on each node (`--mode global`). Default: 1. */
  replicas?: number | "global";
  /**
   * What the service's name stands for (`--endpoint-mode`): `vip` for one virtual address (needs ip_vs), `dnsrr` for the
   * addresses of all tasks. Default: vip, as Docker's.
   */
  endpointMode?: "vip" | "dnsrr";
  /** Published ports. Default: none. */
  ports?: ServicePort[];
  /** Time limit until all tasks run, in seconds. Default: 60; on virtual machines 240. */
  convergeSeconds?: number;
}

const PORT: ArgumentNames<ServicePort> = { external: true, internal: true, protocol: true, mode: true };

/** Enters a service in the lab's plan, with all problems of its arguments. */
export function planService(name: string, args: PlannedService): void {
  const { swarm, networks, replicas = 1, ports = [], convergeSeconds = 60 } = args;
  const { plan } = swarm.creator.site;
  const place = `services.${name}`;
  // A name of it in the Swarm's DNS is also that on the engine, which has the stack's in it on machines of the user's.
  plan.name({ scope: "services", place, name: swarm.creator.engineName(name), kind: "service" });
  for (const [index, port] of ports.entries()) refuseUnknown(`${place}.ports[${index}]`, port, PORT);
  planPorts(place, args);
  if (networks.length === 0) {
    plan.problem({
      place: `${place}.networks`,
      value: "none",
      allowed: "is on no network",
      fix: "give at least one OverlayNetwork of its Swarm",
    });
  }
  for (const network of networks) {
    if (network.space === swarm) continue;
    plan.problem({
      place: `${place}.networks.${network.networkName}`,
      value: network.networkName,
      allowed: "is no network of the service's Swarm",
      fix: "make it with space: the Swarm",
    });
  }
  if (replicas !== "global" && (!Number.isInteger(replicas) || replicas < 0)) {
    plan.problem({
      place: `${place}.replicas`,
      value: String(replicas),
      allowed: 'must be a whole number, or "global"',
      fix: "for example 3",
    });
    return;
  }
  if (!(convergeSeconds > 0)) {
    plan.problem({
      place: `${place}.convergeSeconds`,
      value: String(convergeSeconds),
      allowed: "must be more than 0 seconds",
      fix: "leave it out for 60",
    });
  }
  // Each network needs an address for each task, for the virtual address, and for the load balancer of every node.
  const tasks = replicas === "global" ? swarm.hosts.length : replicas;
  const addresses = tasks + (args.endpointMode === "dnsrr" ? 0 : 1) + swarm.hosts.length;
  for (const network of networks) {
    const { planKey } = network.on(swarm.creator);
    for (let index = 0; index < addresses; index += 1)
      plan.member({ network: planKey, place: `${place}.networks.${network.networkName}`, node: name });
  }
  for (const [index, { external, internal, protocol = "tcp" }] of ports.entries())
    plan.port({ host: "the Swarm", place: `${place}.ports[${index}]`, external, internal, protocol });
}

/** Docker refuses it in the same words, but only after everything else was made. */
function planPorts(place: string, { swarm, ports = [], endpointMode = "vip" }: PlannedService): void {
  if (endpointMode !== "dnsrr") return;
  for (const [index, { external, internal, mode = "ingress" }] of ports.entries()) {
    if (mode !== "ingress") continue;
    swarm.creator.site.plan.problem({
      place: `${place}.ports[${index}].mode`,
      value: `ingress, for ${external}:${internal}`,
      allowed:
        "an ingress port leads to the service's virtual address, and with endpoint mode dnsrr it has none; " +
        "Docker: port published with ingress mode can't be used with dnsrr mode",
      fix: 'use mode: "host", which publishes on the nodes that have a task, or endpointMode: "vip"',
    });
  }
}
