import { imageReference } from "../images/recipe.ts";
import type { About, ImageName } from "../topology/lab.ts";
import type { HostKind, Transport } from "../topology/config.ts";
import type { Machine } from "../topology/machine.ts";
import { ContainerHost } from "./container-host.ts";
import type { Host } from "./host.ts";
import { LocalHost } from "./local-host.ts";
import { Outside } from "./outside.ts";
import { Underlay } from "./underlay.ts";

/** The settings of every lab that its ground is made by. */
interface GroundSettings {
  underlay?: string | undefined;
  transport?: Transport | undefined;
}

/** What a lab of one host stands on. */
export interface LabGround {
  host1: Host;
  /** Stands for the internet; there is none on the user's own engine. */
  outside?: Outside;
}

/** What a lab of several hosts stands on. */
export interface WideGround {
  /** host1, host2, ...: as many as were asked for, two at least. */
  hosts: readonly [ContainerHost, ContainerHost, ...ContainerHost[]];
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
  config: GroundSettings & { host: HostKind },
  machine: Machine,
): LabGround {
  if (config.host === "container") return ownGround(lab, config, machine);
  return { host1: new LocalHost("local", { lab: lab.name, machine }) };
}

/** The ground of a lab of one host that stands on a lab host only. */
export function ownGround(lab: Pick<About, "name">, config: GroundSettings, machine: Machine): OwnGround {
  const { host, outside } = groundFor(lab, config, machine);
  return { host1: host("host1"), outside };
}

/** The ground of a lab of several lab hosts on one underlay; `hostImage`: the one that has the lab's engine. */
export function wideGround(
  lab: Pick<About, "name" | "underlay">,
  config: GroundSettings,
  machine: Machine,
  count: number,
  { hostImage = "host" }: { hostImage?: ImageName } = {},
): WideGround {
  const { host, outside } = groundFor(lab, config, machine, hostImage);
  const further = Array.from({ length: Math.max(0, count - 2) }, (_, index) => `host${index + 3}`);
  return { hosts: [host("host1"), host("host2"), ...further.map(host)], outside };
}

function groundFor(
  lab: Pick<About, "name" | "underlay">,
  config: GroundSettings,
  machine: Machine,
  hostImage: ImageName = "host",
) {
  const local = new LocalHost("local", { lab: lab.name, machine });
  const underlay = new Underlay("underlay", {
    host: local,
    subnet: config.underlay,
    customary: lab.underlay,
  });
  const outside = new Outside("outside", { underlay });
  const { transport } = config;
  const image = imageReference(hostImage);
  return {
    outside,
    host: (name: string) => new ContainerHost(name, { underlay, outside, transport, image }),
  };
}
