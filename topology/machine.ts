/** A network that is in use on the machine or on its engine. */
export interface NetworkInUse {
  /** The engine's name for it, or the machine's interface. */
  name: string;
  /** CIDR. */
  subnet: string;
  /** The stack whose it is, if it is one of this vethlab's. */
  owner?: string;
}

/** What a lab must know of the machine it is built on; found out before it is built. */
export interface Machine {
  networksInUse: readonly NetworkInUse[];
  /** The user's own engine. Default: nothing is known of it. */
  engine?: { version: string };
  /** Which vethlab this is, where several share an engine. Default: none. */
  home?: string;
  /**
   * Whether the stack stands as far as is known: its claims were tested, and it was not destroyed since. Pulumi does not
   * look whether the containers that it made are still there; this tells that they must be.
   */
  standing?: boolean;
  /** IPv4 addresses of the name servers that the machine asks; those on its own loopback left out. Default: none. */
  nameServers?: readonly string[];
  /** Names of the stack's containers that run. */
  running?: readonly string[];
  /** File for the report of the last test of the stack's claims. Default: none is written. */
  resultsFile?: string;
}
