import type { About } from "../topology/lab.ts";
import type { HostKind } from "../topology/config.ts";
import type { EngineVersion } from "../topology/engines.ts";
import type { Machine } from "../topology/machine.ts";
import { ContainerHost } from "./container-host.ts";
import type { Host } from "./host.ts";
import { LocalHost } from "./local-host.ts";
import { Outside } from "./outside.ts";
import { Underlay } from "./underlay.ts";

/** What a lab of one host stands on. */
export interface LabGround {
  host1: Host;
  /** Stands for the internet; there is none on the user's own engine. */
  outside?: Outside;
}

/** What a lab of several hosts stands on. */
export interface WideGround {
  /** host1, host2, ...: as many as were asked for. */
  hosts: readonly ContainerHost[];
  outside: Outside;
}

/** What a lab stands on that needs a firewall, or a network, of its own: never the user's own engine. */
export interface OwnGround extends LabGround {
  host1: ContainerHost;
  outside: Outside;
}

/**
 * The ground of a lab of one host, by its setting `host`: a lab host with a stand-in for the internet beside it
 * (`container`), or the user's own engine (`local`).
 */
export function labGround(
  lab: Pick<About, "name">,
  config: { host: HostKind; underlay?: string | undefined },
  machine: Machine,
): LabGround {
  if (config.host === "container") return ownGround(lab, config, machine);
  return { host1: new LocalHost("local", { lab: lab.name, machine }) };
}

/** The ground of a lab of one host that stands on a lab host only. */
export function ownGround(
  lab: Pick<About, "name">,
  config: { underlay?: string | undefined },
  machine: Machine,
): OwnGround {
  const { host, outside } = groundFor(lab, config, machine);
  return { host1: host("host1"), outside };
}

/** The ground of a lab of several lab hosts on one underlay. */
export function wideGround(
  lab: Pick<About, "name">,
  config: { underlay?: string | undefined; engine?: EngineVersion | undefined },
  machine: Machine,
  count: number,
): WideGround {
  const { host, outside } = groundFor(lab, config, machine);
  return { hosts: Array.from({ length: count }, (_, index) => host(`host${index + 1}`)), outside };
}

function groundFor(
  lab: Pick<About, "name">,
  config: { underlay?: string | undefined; engine?: EngineVersion | undefined },
  machine: Machine,
) {
  const local = new LocalHost("local", { lab: lab.name, machine });
  const underlay = new Underlay("underlay", { host: local, subnet: config.underlay });
  const outside = new Outside("outside", { underlay });
  const engine = config.engine === undefined ? {} : { engineVersion: config.engine };
  return { outside, host: (name: string) => new ContainerHost(name, { underlay, outside, ...engine }) };
}
