import { isAddress } from "../topology/addresses.ts";
import { imageReference } from "../images/recipe.ts";
import { chooseHost } from "../topology/host-kind.ts";
import type { About, ImageName } from "../topology/lab.ts";
import type { HostKind, HostSetting, Transport } from "../topology/config.ts";
import { defaultEngine, engineImages, type EngineVersion } from "../topology/engines.ts";
import type { Machine, SshMachine } from "../topology/machine.ts";
import { ContainerHost } from "./container-host.ts";
import type { Host } from "./host.ts";
import type { LabHost } from "./lab-host.ts";
import { LocalHost } from "./local-host.ts";
import { Outside } from "./outside.ts";
import { SshHost } from "./ssh-host.ts";
import { Underlay } from "./underlay.ts";
import { VmHost } from "./vm-host.ts";

/** The settings for the ground of a lab. */
interface GroundSettings {
  host: HostSetting;
  machines?: string | undefined;
  underlay?: string | undefined;
  outside?: string | undefined;
  engine?: EngineVersion | undefined;
  transport?: Transport | undefined;
}

/** The ground of a lab of one host. */
export interface LabGround {
  host1: Host;
  /** Stands for the internet; undefined on the user's own engine. */
  outside?: Outside;
}

/** The ground of a lab of several hosts, which may be machines of the user's. */
export interface WideLabGround {
  hosts: readonly (LabHost | SshHost)[];
  /** Stands for the internet; undefined beside machines of the user's. */
  outside?: Outside;
}

/** The ground of a lab of several lab hosts. */
export interface WideGround {
  /** host1, host2, ...: two at least. */
  hosts: readonly [LabHost, LabHost, ...LabHost[]];
  outside: Outside;
}

/** The ground of a lab that needs a firewall or a network of its own: never the user's own engine. */
export interface OwnGround extends LabGround {
  host1: LabHost;
  outside: Outside;
}

/**
 * The ground of a lab of one host, by its setting `host`: a lab host with a stand-in for the internet beside it
 * (`container`, `vm`), the user's own engine (`local`), or a machine of the user's (`ssh`).
 */
export function labGround(lab: Pick<About, "name">, config: GroundSettings, machine: Machine): LabGround {
  if (config.host === "ssh") {
    const [host1] = sshGround(lab, config, machine, 1);
    return { host1 };
  }
  if (config.host !== "local") return ownGround(lab, config, machine);
  const local = new LocalHost("local", { lab: lab.name, machine });
  refuseSshSettings(local, config);
  refuseEngine(local, config, "local");
  return { host1: local };
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
  { hostImage }: { hostImage?: ImageName } = {},
): WideGround {
  const { host, outside } = groundFor(lab, config, machine, hostImage);
  const further = Array.from({ length: Math.max(0, count - 2) }, (_, index) => `host${index + 3}`);
  return { hosts: [host("host1"), host("host2"), ...further.map(host)], outside };
}

/**
 * The ground of a lab of several hosts, by its setting `host`: lab hosts on one underlay, or machines of the user's that
 * reach one another.
 */
export function wideLabGround(
  lab: Pick<About, "name" | "underlay">,
  config: GroundSettings,
  machine: Machine,
  count: number,
): WideLabGround {
  if (config.host !== "ssh") return wideGround(lab, config, machine, count);
  const hosts = sshGround(lab, config, machine, count);
  for (const [index, found] of (machine.sshMachines ?? []).entries()) planSwarm(hosts[index], found);
  return { hosts };
}

/** The problems of a machine as a member of a Swarm: it must be in no Swarm, and have an address that the others reach. */
function planSwarm(host: SshHost | undefined, { target, problem, swarm }: SshMachine): void {
  if (host === undefined || problem !== undefined) return;
  const { plan, stack } = host.site;
  const refuse = (allowed: string, fix: string) => {
    plan.problem({ place: "config.machines", value: target.url, allowed, fix });
  };
  if (swarm !== undefined && !swarm.owners.includes(stack)) {
    const [owner] = swarm.owners;
    if (owner === undefined) refuse("its engine is in a Swarm already", "use a machine that is in none");
    else refuse(`its engine is in the Swarm of the stack ${owner}`, `npx vethlab down ${owner}`);
  }
  if (!isAddress(host.address) || host.address.startsWith("127.")) {
    refuse(
      `ssh reaches it at ${host.address || "an address that is not known"}, where the other machines cannot`,
      "say on which network they reach one another: -c underlay=10.0.0.0/24",
    );
  }
}

/** The machines of the setting `machines`. Always with host1, since a lab with a problem is still declared. */
function sshGround(
  lab: Pick<About, "name">,
  config: GroundSettings,
  machine: Machine,
  count: number,
): [SshHost, ...SshHost[]] {
  const local = new LocalHost("local", { lab: lab.name, machine });
  const { underlay } = config;
  refuseEngine(local, config, "ssh");
  const machines = machine.sshMachines ?? [];
  if (machines.length !== count) {
    local.site.plan.problem({
      place: "config.machines",
      value: machines.map(({ target }) => target.url).join(","),
      allowed: `this lab stands on ${count === 1 ? "one machine" : `${count} machines`}, and here are ${machines.length || "none"}`,
      fix: `-c machines=${Array.from({ length: count }, (_, index) => `ssh://root@10.0.0.${index + 1}`).join(",")}`,
    });
  }
  const none = { target: { url: "", destination: "" }, networksInUse: [] };
  const host = (index: number): SshHost =>
    new SshHost(`host${index + 1}`, { local, machine: machines[index] ?? none, underlay });
  return [host(0), ...Array.from({ length: count - 1 }, (_, index) => host(index + 1))];
}

/** The versions are those of images. A virtual machine has the engine of its disk, a machine of the user's its own. */
function refuseEngine({ site }: LocalHost, { engine = defaultEngine }: GroundSettings, kind: HostKind): void {
  if (engine === defaultEngine) return;
  site.plan.problem({
    place: "config.engine",
    value: engine,
    allowed: `is for lab hosts that are containers; here the setting host makes it ${kind}`,
    fix: "leave it out, or -c host=container where the lab has that",
  });
}

function refuseSshSettings({ site }: LocalHost, { machines }: GroundSettings): void {
  if (machines === undefined) return;
  site.plan.problem({
    place: "config.machines",
    value: machines,
    allowed: "is for labs that stand on machines of yours",
    fix: "say so (-c host=ssh), or leave it out",
  });
}

function groundFor(
  lab: Pick<About, "name" | "underlay">,
  config: GroundSettings,
  machine: Machine,
  hostImage: ImageName = engineImages[config.engine ?? defaultEngine],
) {
  const local = new LocalHost("local", { lab: lab.name, machine });
  refuseSshSettings(local, config);
  const underlay = new Underlay("underlay", {
    host: local,
    subnet: config.underlay,
    customary: lab.underlay,
  });
  const outside = new Outside("outside", { underlay, ...nameServerFor(config.outside, local, machine) });
  const { transport } = config;
  if (chooseHost(config.host, machine.kernelLacks ?? []).kind === "vm") {
    refuseEngine(local, config, "vm");
    return { outside, host: (name: string) => new VmHost(name, { underlay, outside, transport }) };
  }
  const image = imageReference(hostImage);
  return {
    outside,
    host: (name: string) => new ContainerHost(name, { underlay, outside, transport, image }),
  };
}

/** The name server of the boxes. For a real host by name it is the machine's own: the stand-in does not know the name. */
function nameServerFor(
  outside: string | undefined,
  local: LocalHost,
  { nameServers: [nameServer] = [] }: Machine,
): { nameServer?: string } {
  if (outside === undefined || isAddress(outside)) return {};
  if (nameServer !== undefined) return { nameServer };
  local.site.plan.problem({
    place: "config.outside",
    value: outside,
    allowed: "this machine knows no name server that a lab host could ask",
    fix: "give its address",
  });
  return {};
}
