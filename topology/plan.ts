import { addressAt, firstFree, isSubnet, overlap, parseSubnet, type Subnet } from "./addresses.ts";
import { enginePools } from "./engine-networks.ts";
import { illegalName, isInDns, nameKey, type NameKind } from "./names.ts";
import {
  freeAddress,
  narrow,
  type PlannedNetwork,
  rangeOf,
  rangeWithin,
  usableIn,
  wrongAddress,
} from "./planned-network.ts";
import { type PublishedPort, PublishedPorts } from "./planned-ports.ts";
import { type FoundProblem, type Problem, told } from "./problems.ts";

/** A subnet that something in the lab (or on its machine) uses. */
interface PlannedSubnet {
  place: string;
  subnet: Subnet;
  /** Whose it is, in words: `network my-bridge`. */
  owner: string;
  /** Where packets to it are routed: two subnets may overlap only when they share no realm. */
  realms: readonly string[];
  /** Subnets of which a free one is offered where this one is not. */
  offered: readonly string[];
}

/** Addresses of a network that not every node can have. */
interface KeptAddresses {
  /** The part of the subnet that the engine may hand out, a CIDR. Default: all of it. */
  ipRange?: string | undefined;
  /** Addresses that no node gets, each with a name. Default: none. */
  auxAddresses?: Readonly<Record<string, string>> | undefined;
}

/** A name by which a node is found on a network. */
interface Lead {
  place: string;
  node: string;
  name: string;
}

/** The address space that user-defined bridges usually come from. */
const bridgeSubnets = Array.from({ length: 14 }, (_, i) => `172.${18 + i}.0.0/16`);

/**
 * The address plan of a lab: every subnet, address and name that is asked for, with everything that is wrong with them.
 * Problems are collected, and `problems()` tells all at once. After `refuseBy` each problem is refused as it enters.
 */
export class Plan {
  readonly #subnets: PlannedSubnet[] = [];
  readonly #networks = new Map<string, PlannedNetwork>();
  /** The answers of `handOut`. */
  readonly #ranges = new Map<string, string | undefined>();
  readonly #names = new Map<string, string>();
  readonly #leads = new Map<string, Lead[]>();
  readonly #ports = new PublishedPorts();
  readonly #problems: FoundProblem[] = [];
  /** How often something was entered. */
  requests = 0;
  #closed = false;
  #refuse: ((problems: readonly Problem[]) => never) | undefined;

  /** A subnet that the lab does not choose and must not overlap in `realm`. Not a subnet: ignored. */
  inUse(cidr: string, owner: string, realm: string): void {
    const subnet = parseSubnet(cidr);
    if (!isSubnet(subnet)) return;
    const inUse = { place: "", subnet, owner, realms: [realm], offered: [] };
    for (const planned of this.#clashesOf(inUse)) if (planned.place !== "") this.#overlap(planned, inUse);
    this.#subnets.push(inUse);
  }

  /** A subnet that an engine takes by itself for a bridge of its own: the first of its pools that is not in use in `realm`. */
  engineTakes(owner: string, realm: string): void {
    const inUse = this.#subnets.filter(({ place, realms }) => place === "" && realms.includes(realm));
    if (inUse.some((other) => other.owner === owner)) return;
    const subnet = firstFree(
      enginePools,
      inUse.map((other) => other.subnet.cidr),
    );
    if (subnet !== undefined) this.inUse(subnet, owner, realm);
  }

  /** A network with its subnet and gateway (default: the subnet's first address; null: none); `key` names it in later calls. */
  network(
    request: {
      key: string;
      place: string;
      name: string;
      subnet: string;
      gateway?: string | null | undefined;
      realms: readonly string[];
      /** Subnets of which a free one is offered where this one is not. Default: those that user-defined bridges come from. */
      offered?: readonly string[];
    } & KeptAddresses,
  ): void {
    const { key, place, name, realms, offered = bridgeSubnets } = request;
    this.#enter(place, name);
    const subnet = parseSubnet(request.subnet);
    if (!isSubnet(subnet)) {
      this.#problem(`${place}.subnet`, request.subnet, subnet.reason, subnet.fix);
      return;
    }
    const planned = { place: `${place}.subnet`, subnet, owner: `network ${name}`, realms, offered };
    const [clash] = this.#clashesOf(planned);
    if (clash !== undefined) this.#overlap(planned, clash);
    this.#subnets.push(planned);
    const gateway = request.gateway === undefined ? addressAt(subnet.start + 1n) : request.gateway;
    const network: PlannedNetwork = {
      place,
      subnet,
      gateway,
      auxiliary: new Set(),
      taken: new Map(),
      fixed: new Set(),
      members: 0,
      handedOut: 0,
    };
    // Without a gateway a link of two may have a /31 (RFC 3021), and a lone end a /32.
    if (subnet.prefixLength > 30 && gateway !== null) {
      this.#problem(
        `${place}.subnet`,
        subnet.cidr,
        "too small: it must hold at least two addresses",
        "use /30 or larger",
      );
    } else if (request.gateway !== undefined && gateway !== null) {
      this.#isPossible(`${place}.gateway`, gateway, network);
    }
    this.#networks.set(key, network);
    this.#keep(network, request);
  }

  #keep(network: PlannedNetwork, { ipRange, auxAddresses = {} }: KeptAddresses): void {
    const { place, subnet } = network;
    const range = ipRange === undefined ? undefined : rangeWithin(subnet, ipRange);
    if (range !== undefined && !isSubnet(range))
      this.#problem(`${place}.ipRange`, ipRange ?? "", range.reason, range.fix);
    else network.ipRange = range;
    for (const [name, address] of Object.entries(auxAddresses)) {
      const at = `${place}.auxAddresses.${name}`;
      if (!/^[^=]+$/.test(name))
        this.#problem(at, name, 'an auxiliary address has a name without "="', "rename it");
      if (
        this.#isPossible(at, address, network) &&
        this.#take(network, at, address, `${name}, an auxiliary address`)
      )
        network.auxiliary.add(address);
    }
  }

  /**
   * A node on a network; with `address` when it asks for a certain one, else the engine hands one out. `plugged`: whether
   * it is plugged in now; default: true.
   */
  member(request: {
    network: string;
    place: string;
    node: string;
    address?: string | undefined;
    plugged?: boolean;
  }): void {
    const { place, address, plugged = true } = request;
    this.#enter(place, request.node);
    this.#lead(request.network, { place, node: request.node, name: request.node });
    const network = this.#networks.get(request.network);
    if (network === undefined) return;
    if (plugged) this.#count(network);
    if (address === undefined) network.handedOut += 1;
    else if (this.#isPossible(place, address, network)) {
      network.fixed.add(address);
      if (plugged) this.#take(network, place, address, request.node);
    }
    if (!this.#ranges.has(request.network) || this.#ranges.get(request.network) === rangeOf(network)) return;
    this.#problem(
      place,
      address ?? "no address",
      "is declared too late: the network is made so that the engine hands out no address that a box has asked for",
      "declare it before the program waits, or give each box on this network an address (ipv4Address)",
    );
  }

  /**
   * The part of a network's subnet from which the engine is to hand out addresses (`--ip-range`); undefined where it may
   * hand out any. To be asked when all is declared.
   */
  handOut(network: string): string | undefined {
    const planned = this.#networks.get(network);
    const range = planned && rangeOf(planned);
    this.#ranges.set(network, range);
    return range;
  }

  /** A name; unique within its scope, and legal for what it names. */
  name(request: { scope: string; place: string; name: string; kind: NameKind }): void {
    const { scope, place, name, kind } = request;
    this.#enter(place, name);
    const illegal = illegalName(kind, name);
    if (illegal !== undefined) this.#problem(place, name, illegal.allowed, illegal.fix);
    const key = `${scope}\0${nameKey(kind, name)}`;
    const first = this.#names.get(key);
    if (first !== undefined) {
      this.#problem(
        place,
        name,
        first.endsWith(`.${name}`) || !isInDns(kind)
          ? `this name is already that of ${first}`
          : `DNS does not tell this name from that of ${first}`,
        `use another, for example ${name}-2`,
      );
    } else {
      this.#names.set(key, place);
    }
  }

  /** What only one may have in its scope: a published port, a rule. `what` tells what it is, `fix` what to do then. */
  only(request: { scope: string; place: string; value: string; what: string; fix: string }): void {
    const { scope, place, value, what, fix } = request;
    this.#enter(place, value);
    const key = `${scope}\0${value}`;
    const first = this.#names.get(key);
    if (first === undefined) this.#names.set(key, place);
    else this.#problem(place, value, `this ${what} is already that of ${first}`, fix);
  }

  /** Ports of a host that are published: in range, and each taken only once. */
  port(request: PublishedPort & { host: string; place: string }): void {
    const { host, place } = request;
    this.#enter(place, String(request.external));
    for (const problem of this.#ports.enter(host, place, request)) this.#found(problem);
  }

  /** A further name of a node on a network. Several may share it, as Docker has it; none is the own name of another node. */
  alias(request: Lead & { network: string }): void {
    const { network, place, name } = request;
    this.#enter(place, name);
    const illegal = illegalName("alias", name);
    if (illegal !== undefined) this.#problem(place, name, illegal.allowed, illegal.fix);
    else this.#lead(network, request);
  }

  /** Something else that is wrong, found by a component. */
  problem(problem: Problem): void {
    this.#found(problem);
  }

  /** What is wrong from now on is too late to be collected: `refuse` throws. */
  refuseBy(refuse: (problems: readonly Problem[]) => never): void {
    this.#refuse = refuse;
  }

  /** From now on nothing more may enter: the topology is written. */
  close(): void {
    this.#closed = true;
  }

  /** All that is wrong so far, in the order of asking. */
  problems(): readonly Problem[] {
    return told([...this.#problems, ...[...this.#networks.values()].flatMap(narrow)]);
  }

  #problem(place: string, value: string, allowed: string, fix: FoundProblem["fix"]): void {
    this.#found({ place, value, allowed, fix });
  }

  #found(problem: FoundProblem): void {
    this.#problems.push(problem);
    this.#refuse?.(told([problem]));
  }

  #enter(place: string, value: string): void {
    this.requests += 1;
    if (!this.#closed) return;
    const allowed = "is declared too late: the program waited, and the topology was written meanwhile";
    this.#problem(place, value, allowed, "declare Topology after it, or wait before Topology");
  }

  #lead(network: string, lead: Lead): void {
    const key = `${network}\0${nameKey("alias", lead.name)}`;
    const others = this.#leads.get(key) ?? [];
    this.#leads.set(key, [...others, lead]);
    const isOwn = ({ node, name }: Lead): boolean => node === name;
    for (const other of others.filter(({ node }) => node !== lead.node)) {
      // Of two nodes with one name of their own that is told already.
      if (isOwn(lead) === isOwn(other)) continue;
      const [alias, { node }] = isOwn(other) ? [lead, other] : [other, lead];
      this.#problem(
        alias.place,
        alias.name,
        `is the name of ${node}, which is on this network too`,
        `use another, for example ${alias.name}-2`,
      );
    }
  }

  #isPossible(place: string, address: string, network: PlannedNetwork): boolean {
    const wrong = wrongAddress(address, network);
    if (wrong !== undefined) this.#found({ place, value: address, ...wrong });
    return wrong === undefined;
  }

  #count(network: PlannedNetwork): void {
    const { place, subnet } = network;
    network.members += 1;
    const usable = usableIn(network);
    if (BigInt(network.members) !== usable + 1n) return;
    this.#problem(
      `${place}.subnet`,
      subnet.cidr,
      `too small: it has addresses for ${usable} nodes, and more are planned on it`,
      `use a prefix shorter than /${subnet.prefixLength}`,
    );
  }

  /** Whether the address was free. */
  #take(network: PlannedNetwork, place: string, address: string, whose: string): boolean {
    const holder = address === network.gateway ? "the network's gateway" : network.taken.get(address);
    if (holder === undefined) network.taken.set(address, whose);
    else
      this.#problem(place, address, `is already the address of ${holder}`, (toldBefore) =>
        freeAddress(network, toldBefore),
      );
    return holder === undefined;
  }

  #clashesOf(one: PlannedSubnet): PlannedSubnet[] {
    return this.#subnets.filter((other) => meet(other, one) && overlap(other.subnet.cidr, one.subnet.cidr));
  }

  #overlap(planned: PlannedSubnet, clash: PlannedSubnet): void {
    const { place, subnet, offered } = planned;
    this.#problem(place, subnet.cidr, `overlaps ${clash.subnet.cidr} of ${clash.owner}`, (toldBefore) => {
      const taken = this.#subnets.filter((other) => other !== planned && meet(other, planned));
      const free = firstFree(offered, [...toldBefore, ...taken.map((other) => other.subnet.cidr)]);
      if (free === undefined) return "use a subnet that is free";
      toldBefore.add(free);
      return `use ${free}, which is free`;
    });
  }
}

/** Whether some place has routes to both. */
function meet(a: PlannedSubnet, b: PlannedSubnet): boolean {
  return a.realms.some((realm) => b.realms.includes(realm));
}
