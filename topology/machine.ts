import type { KernelFeature } from "./lab.ts";
import type { SshTarget } from "./ssh.ts";

/** A network that is in use on the machine or on its engine. */
export interface NetworkInUse {
  /** Name of the network on the engine, or of the interface. */
  name: string;
  /** CIDR. */
  subnet: string;
  /** The stack that owns the network; undefined when another checkout made it, or nobody of ours. */
  owner?: string;
}

/** A container that is on an engine of the user's, running or not. */
export interface ContainerInUse {
  name: string;
  /** The stack that owns the container; undefined when this vethlab has not made it. */
  owner?: string;
}

/** An IPv4 address of a machine. */
export interface MachineAddress {
  address: string;
  prefixLength: number;
  /** The interface with this address. */
  interface: string;
  /** The interface's MTU. */
  mtuBytes: number;
}

/** The state of a machine of the user's that is reached by ssh. */
export interface SshMachine {
  target: SshTarget;
  /** Why a lab cannot stand there. Default: it can. */
  problem?: { allowed: string; fix: string };
  /** Version of its engine. Default: not known. */
  engineVersion?: string;
  /** IP address at which ssh reached it. */
  address?: string;
  /** Its addresses without loopback. Default: unknown. */
  addresses?: readonly MachineAddress[];
  /** The Swarm of its engine, and the stacks of this vethlab that own the Swarm. Default: no Swarm. */
  swarm?: { owners: readonly string[] };
  networksInUse: readonly NetworkInUse[];
  /** Default: unknown. */
  containersInUse?: readonly ContainerInUse[];
}

/** How virtual machines start here. */
export interface VmStart {
  /** The volume with their snapshot. */
  snapshot: string;
  /** Whether they run with /dev/kvm, and not by emulation. */
  kvm: boolean;
}

/** The facts of the machine that a lab is built on; found out before the lab is built. */
export interface Machine {
  networksInUse: readonly NetworkInUse[];
  /** Subnets of the lab (CIDR) that an earlier choice of the underlay overlapped. Default: none. */
  subnetsOfLab?: readonly string[];
  /** On the user's own engine. Default: unknown. */
  containersInUse?: readonly ContainerInUse[];
  /** The user's own engine. Default: unknown. */
  engine?: {
    version: string;
    /** Whether the engine runs in a virtual machine (Docker Desktop), which passes no Unix sockets through. */
    inVm?: boolean;
  };
  /** The kernel features that the machine lacks. Default: none; found out only for labs that need to know. */
  kernelLacks?: readonly KernelFeature[];
  /** The start of virtual machines. Default: they boot, by emulation. */
  vm?: VmStart;
  /** The machines of the setting `machines`, in its order. Default: none. */
  sshMachines?: readonly SshMachine[];
  /** Id of the lab's project, where several share an engine (label vethlab.home). Default: none. */
  home?: string;
  /** Name of a project of the user's. Default: the lab is a built-in one. */
  project?: string;
  /** References of vethlab's own images on the engine. Default: unknown. */
  images?: readonly string[];
  /** IPv4 addresses of the machine's name servers, without loopback. Default: none. */
  nameServers?: readonly string[];
  /** Names of the stack's running containers. */
  running?: readonly string[];
  /** File for the report of the last test. Default: no file. */
  resultsFile?: string;
}
