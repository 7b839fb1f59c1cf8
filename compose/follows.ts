/** What follows from a Compose file, without a word written about it: who reaches whom, and who does not. */
import {
  address,
  addressOf,
  type Claim,
  http,
  httpProbe,
  interfaces,
  nameOf,
  noPing,
  noPings,
  noWay,
  ping,
  pingAddress,
  pingByName,
  resolves,
  sameInterfaces,
  tcp,
  tcpRefused,
  unknownNames,
} from "../topology/claims/index.ts";
import { aliveProbe, type Named } from "../topology/lab-data/sentences.ts";
import { illegalName } from "../topology/names.ts";
import type { Canonical } from "./canonical.ts";
import { bindingOf, DEFAULT_BRIDGE, type TwinNetwork } from "./networks.ts";
import { type ComposeNode, type End, HOST, OUTSIDE, ownerOf } from "./nodes.ts";
import { isLoopback } from "./twin.ts";

/** A claim, and what in the file it follows from. */
export interface Following {
  claim: Claim;
  because: string;
}

/** The default bridge as a network of the twin. */
const defaultBridge: Pick<
  TwinNetwork,
  "name" | "internal" | "hasNames" | "open" | "masquerades" | "external" | "standsFor"
> = {
  name: DEFAULT_BRIDGE,
  internal: false,
  hasNames: false,
  open: true,
  masquerades: true,
  external: false,
};

type Placed = typeof defaultBridge & { end: End };
/** Name -> the networks on which it is held, and by whom. */
type KnownNames = Map<string, { network: Placed; holders: ComposeNode[] }[]>;

/** All claims that follow from a file, in the order in which its services are written. */
export function followingClaims(
  file: Canonical,
  networks: ReadonlyMap<string, TwinNetwork>,
  nodes: readonly ComposeNode[],
  named: Named,
): Following[] {
  return new Followed(file, networks, nodes, named).claims();
}

class Followed {
  readonly #file: Canonical;
  readonly #networks: ReadonlyMap<string, TwinNetwork>;
  readonly #nodes: readonly ComposeNode[];
  readonly #named: Named;
  /** The nodes with interfaces of their own. */
  readonly #plugged: readonly ComposeNode[];
  readonly #known = new Map<ComposeNode, KnownNames>();

  constructor(
    file: Canonical,
    networks: ReadonlyMap<string, TwinNetwork>,
    nodes: readonly ComposeNode[],
    named: Named,
  ) {
    this.#file = file;
    this.#networks = networks;
    this.#nodes = nodes;
    this.#named = named;
    this.#plugged = nodes.filter(({ mode }) => mode === "networks");
  }

  claims(): Following[] {
    return [
      ...this.#plugged.flatMap((from) => [
        ...this.#plugged.filter((to) => to !== from).flatMap((to) => this.#between(from, to)),
        ...this.#walls(from),
        ...this.#nameless(from),
        ...this.#namesOf(from),
        ...this.#fixed(from),
        ...this.#out(from),
        ...this.#published(from),
      ]),
      ...this.#nodes.flatMap((node) => this.#unplugged(node)),
    ];
  }

  #between(from: ComposeNode, to: ComposeNode): Following[] {
    const shared = this.#shared(from, to);
    if (shared.length === 0) return [];
    const open = shared.filter((network) => network.open);
    if (open.length > 0) return this.#reaches(from, to, shared, open);
    const controls = this.#bothAlive(from, to);
    return shared.map(({ name }) => ({
      claim: noPing(from.name, to.name, { network: name, controls }),
      because: `${name} lets no container reach another (enable_icc: "false")`,
    }));
  }

  /** By name where the name leads to this container alone, else by address. */
  #reaches(
    from: ComposeNode,
    to: ComposeNode,
    shared: readonly Placed[],
    open: readonly Placed[],
  ): Following[] {
    const because = `both are on ${shared.map(({ name }) => name).join(", ")}`;
    const byName = shared.length === open.length && this.#leadsTo(from, to.name, [to]);
    const target = byName ? nameOf(to.name) : addressOf(to.name, open[0]?.name);
    const ports = this.#portsAt(to);
    if (ports.length > 0) return ports.map((port) => ({ claim: tcp(from.name, target, port), because }));
    const [first] = open;
    const claim = byName
      ? pingByName(from.name, to.name)
      : ping(from.name, to.name, first === undefined ? {} : { network: first.name });
    return [{ claim, because }];
  }

  /** Those with whom a container shares no network, and the names that it does not know. */
  #walls(from: ComposeNode): Following[] {
    const own = this.#placesOf(from);
    const others = this.#plugged.filter((to) => to !== from && this.#shared(from, to).length === 0);
    const walled = [from, ...others].filter((node) =>
      this.#placesOf(node).every(({ standsFor }) => standsFor === undefined),
    );
    if (!walled.includes(from) || walled.length === 1 || own.length === 0) return [];
    const apart = walled.filter((node) => node !== from);
    const because = "they share no network";
    const controls = [this.#alive(from.name), ...apart.map(({ name }) => this.#alive(name))] as const;
    const ends = apart.flatMap((to) => this.#placesOf(to).map(({ name }) => addressOf(to.name, name)));
    return [
      { claim: noPings(from.name, ends, { controls }), because },
      ...this.#unknown(from, apart, because),
    ];
  }

  /** The default bridge has no names. */
  #nameless(from: ComposeNode): Following[] {
    const others = this.#plugged.filter((to) => {
      const shared = to === from ? [] : this.#shared(from, to);
      return shared.length > 0 && shared.every(({ hasNames }) => !hasNames);
    });
    return this.#unknown(from, others, `${DEFAULT_BRIDGE} has no names`);
  }

  /** The services whose names a container does not know. */
  #unknown(from: ComposeNode, others: readonly ComposeNode[], because: string): Following[] {
    const asksElsewhere = this.#service(from)?.dns.length !== 0;
    const known = this.#knownTo(from);
    const own = this.#ownNames(from);
    const names = [...new Set(others.map(({ service }) => service))].filter(
      (name) => isName(name) && !known.has(name) && !own.includes(name),
    );
    if (asksElsewhere || names.length === 0) return [];
    // The name of a container that is gone is unknown, too.
    const controls = [this.#alive(from.name), ...others.map(({ name }) => this.#alive(name))] as const;
    return [{ claim: unknownNames(from.name, names, { controls }), because }];
  }

  /** The further names that a container knows: its own connections show those of other nodes. */
  #namesOf(from: ComposeNode): Following[] {
    return [...this.#knownTo(from)].flatMap(([name, places]) => {
      const [place, ...others] = places;
      if (place === undefined || others.length > 0 || !isName(name)) return [];
      const { network, holders } = place;
      const theirs = holders.filter((holder) => holder !== from);
      const shown = holders.length === 1 && holders[0]?.name === name && network.open;
      if (theirs.length === 0 || shown) return [];
      const claim = resolves(
        from.name,
        name,
        holders.map((holder) => addressOf(holder.name, network.name)),
      );
      return [
        { claim, because: `it is a name of ${theirs.map(({ name }) => name).join(", ")} on ${network.name}` },
      ];
    });
  }

  /** Fixed addresses: what a container finds under the name; where the name says little, who answers there. */
  #fixed(node: ComposeNode): Following[] {
    return this.#placesOf(node).flatMap(({ name: network, end, open, standsFor }) => {
      const { address: fixed } = end;
      if (fixed === undefined) return [];
      const because = `${node.name} has this address on ${network} (ipv4_address)`;
      const others = this.#plugged.filter((other) => other !== node && this.#isOn(other, network));
      const asker = others.find((other) => this.#leadsTo(other, node.name, [node], network));
      if (asker !== undefined) return [{ claim: resolves(asker.name, node.name, [address(fixed)]), because }];
      const neighbour = open ? others[0]?.name : undefined;
      const pinger = neighbour ?? (standsFor === undefined ? HOST : undefined);
      return pinger === undefined ? [] : [{ claim: pingAddress(pinger, fixed), because }];
    });
  }

  #out(node: ComposeNode): Following[] {
    const places = this.#placesOf(node);
    if (places.length === 0 || places.some(({ standsFor }) => standsFor !== undefined)) return [];
    const outward = places.filter(({ internal }) => !internal);
    if (outward.length === 0) {
      const controls = [this.#alive(node.name), this.#alive(OUTSIDE)] as const;
      const because = `${namesIn(places)} ${places.length === 1 ? "is" : "are"} internal`;
      return [{ claim: noWay(node.name, OUTSIDE, { controls }), because }];
    }
    const known = outward.filter(({ external }) => !external);
    if (known.length === 0 || outward.some(({ masquerades }) => !masquerades)) return [];
    const because = `${namesIn(known)} ${known.length === 1 ? "is" : "are"} not internal`;
    return [{ claim: ping(node.name, OUTSIDE), because }];
  }

  #published(node: ComposeNode): Following[] {
    const places = this.#placesOf(node);
    if (places.some(({ standsFor }) => standsFor !== undefined)) return [];
    const internal = places.every((place) => place.internal);
    const binding = bindingOf(node.ends, this.#networks);
    if (binding === undefined) return [];
    const containers = this.#nodes.filter(({ service }) => service === node.service).length;
    return node.ports
      .filter(({ protocol }) => protocol === "tcp")
      .flatMap(({ external: port, internal: target, hostAddress: written, ofRange }) => {
        const hostAddress = written || binding;
        const local = isLoopback(hostAddress);
        const inherited = written === "" && binding !== "";
        const ports = `ports: ${written && `${written}:`}${port}:${target}`;
        const because = inherited ? `${ports}, host_binding_ipv4: ${binding}` : ports;
        // The engine decides which container of a service has which port of a range.
        const answered = ofRange && containers > 1 ? { port } : { port, by: node.name };
        const host = addressOf(HOST);
        if (internal) {
          const controls = [this.#alive(HOST), this.#alive(OUTSIDE)] as const;
          const claim = tcpRefused(OUTSIDE, host, port, { controls });
          return [{ claim, because: `${namesIn(places)} is internal: Docker publishes no port of it` }];
        }
        if (!local) return [{ claim: http(OUTSIDE, host, answered), because }];
        const atHost = httpProbe(HOST, address(hostAddress), answered);
        return [
          { claim: http(HOST, address(hostAddress), answered), because },
          {
            claim: tcpRefused(OUTSIDE, host, port, { controls: [atHost, this.#alive(OUTSIDE)] }),
            because: `${because}, for the host alone`,
          },
        ];
      });
  }

  /** Containers without interfaces of their own. */
  #unplugged(node: ComposeNode): Following[] {
    const because = `network_mode: ${this.#service(node)?.network_mode ?? ""}`;
    switch (node.mode) {
      case "networks":
        return [];
      case "none":
        return [{ claim: interfaces(node.name, ["lo"]), because }];
      case "host":
        return [
          { claim: sameInterfaces(node.name, HOST), because },
          ...node.listens.map((port) => ({
            claim: http(OUTSIDE, addressOf(HOST), { port, by: node.name }),
            because: `${because}, and it listens at ${port}`,
          })),
        ];
      case "joined": {
        const owner = ownerOf(node, this.#nodes);
        return owner === undefined ? [] : [{ claim: sameInterfaces(node.name, owner.name), because }];
      }
    }
  }

  /** The names that a container can look up, each with where it is held: asked for each pair, and the same for all. */
  #knownTo(from: ComposeNode): KnownNames {
    const before = this.#known.get(from);
    if (before !== undefined) return before;
    const own = this.#ownNames(from);
    const known: KnownNames = new Map();
    this.#known.set(from, known);
    for (const network of this.#placesOf(from).filter(({ hasNames }) => hasNames)) {
      const here = this.#plugged.flatMap((holder) =>
        this.#placesOf(holder)
          .filter(({ name }) => name === network.name)
          .flatMap(({ end }) => namesFor(from, end).map((name) => ({ name, holder }))),
      );
      for (const name of new Set(here.map((one) => one.name))) {
        if (own.includes(name)) continue;
        const holders = here.filter((one) => one.name === name).map(({ holder }) => holder);
        known.set(name, [...(known.get(name) ?? []), { network, holders }]);
      }
    }
    return known;
  }

  /** The names of its own file of hosts, before any name server: a hostname stands there without its domain, too. */
  #ownNames(node: ComposeNode): string[] {
    const { extra_hosts: extraHosts = [], hostname = "" } = this.#service(node) ?? {};
    return [...extraHosts, hostname, hostname.replace(/\..*/, "")].map((one) => one.replace(/=.*/, ""));
  }

  /** Whether a name leads to these containers and to no other, on whatever network it is found first. */
  #leadsTo(from: ComposeNode, name: string, nodes: readonly ComposeNode[], network?: string): boolean {
    const places = this.#knownTo(from).get(name) ?? [];
    return (
      places.length > 0 &&
      (network === undefined || (places.length === 1 && places[0]?.network.name === network)) &&
      places.every(
        ({ holders }) => holders.length === nodes.length && holders.every((one) => nodes.includes(one)),
      )
    );
  }

  #placesOf({ ends }: ComposeNode): Placed[] {
    return [...ends].map(([key, end]) => ({ ...(this.#networks.get(key) ?? defaultBridge), end }));
  }

  /** The networks that both are on, as the first has them. */
  #shared(from: ComposeNode, to: ComposeNode): Placed[] {
    return this.#placesOf(from).filter(({ name }) => this.#isOn(to, name));
  }

  #isOn(node: ComposeNode, network: string): boolean {
    return this.#placesOf(node).some(({ name }) => name === network);
  }

  /** The ports of its interfaces: its own, and those of the containers that share them. */
  #portsAt({ service, number, listens }: ComposeNode): number[] {
    const sharing = this.#nodes.filter(({ joins }) => joins === service && number === 1);
    return [...new Set([...listens, ...sharing.flatMap((node) => node.listens)])];
  }

  #service({ service }: ComposeNode) {
    return this.#file.services[service];
  }

  #alive(node: string) {
    return aliveProbe(this.#named, node);
  }

  #bothAlive(from: ComposeNode, to: ComposeNode) {
    return [this.#alive(from.name), this.#alive(to.name)] as const;
  }
}

/** The names of a place on a network that a container knows: those of links only where the links are its own. */
function namesFor({ service }: ComposeNode, { names, linked }: End): string[] {
  return [...names, ...linked.flatMap(({ name, by }) => (by === service ? [name] : []))];
}

function isName(name: string): boolean {
  return illegalName("alias", name) === undefined;
}

function namesIn(places: readonly Placed[]): string {
  return places.map(({ name }) => name).join(", ");
}
