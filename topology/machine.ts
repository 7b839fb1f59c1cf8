import type { KernelFeature } from "./lab.ts";
import type { SshTarget } from "./ssh.ts";

/** A network that is in use on the machine or on its engine. */
export interface NetworkInUse {
  /** The engine's name for it, or the machine's interface. */
  name: string;
  /** CIDR. */
  subnet: string;
  /** The stack whose it is, if it is one of this vethlab's. */
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
  /** The interface that has it. */
  interface: string;
  /** The interface's MTU. */
  mtuBytes: number;
}

/** A machine of the user's that is reached by ssh, as it was found. */
export interface SshMachine {
  target: SshTarget;
  /** What keeps a lab from standing there. Default: nothing. */
  problem?: { allowed: string; fix: string };
  /** IP address at which it was reached. */
  address?: string;
  /** Its addresses, those of its loopback left out. Default: nothing is known of them. */
  addresses?: readonly MachineAddress[];
  /** The Swarm that its engine is in, and the stacks of this vethlab that have marked it as theirs. Default: it is in none. */
  swarm?: { owners: readonly string[] };
  networksInUse: readonly NetworkInUse[];
  /** Default: nothing is known of them. */
  containersInUse?: readonly ContainerInUse[];
}

/** How virtual machines start here. */
export interface VmStart {
  /** The volume with the snapshot that they go on from. */
  snapshot: string;
  /** Whether they run by the processor itself (/dev/kvm), not by emulation. */
  kvm: boolean;
}

/** What a lab must know of the machine it is built on; found out before it is built. */
export interface Machine {
  networksInUse: readonly NetworkInUse[];
  /** Subnets of the lab that its underlay must not overlap (CIDR), where a choice before did. Default: none are known. */
  subnetsOfLab?: readonly string[];
  /** On the user's own engine. Default: nothing is known of them. */
  containersInUse?: readonly ContainerInUse[];
  /** The user's own engine. Default: nothing is known of it. */
  engine?: {
    version: string;
    /** Whether it runs in a virtual machine of its own (Docker Desktop), which passes no Unix sockets through. */
    inVm?: boolean;
  };
  /** What labs need and its kernel does not have. Default: nothing; found out only for labs that go by it. */
  kernelLacks?: readonly KernelFeature[];
  /** What virtual machines start from. Default: they boot, under software emulation. */
  vm?: VmStart;
  /** The machines that the lab is to stand on, in the order of its setting `machines`. Default: none. */
  sshMachines?: readonly SshMachine[];
  /** Which vethlab this is, where several share an engine. Default: none. */
  home?: string;
  /**
   * Whether the stack stands as far as is known: its claims were tested, and it was not destroyed since. Pulumi does not
   * look whether the containers that it made are still there; this tells that they must be.
   */
  standing?: boolean;
  /** References of vethlab's own images that are on the engine. Default: nothing is known of them. */
  images?: readonly string[];
  /** IPv4 addresses of the name servers that the machine asks; those on its own loopback left out. Default: none. */
  nameServers?: readonly string[];
  /** Names of the stack's containers that run. */
  running?: readonly string[];
  /** File for the report of the last test of the stack's claims. Default: none is written. */
  resultsFile?: string;
}
