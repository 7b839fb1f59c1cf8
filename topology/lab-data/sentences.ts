/**
 * Claims as short sentences. Each sentence is one of the claims that there are.
 *
 *     NODE reaches TARGET                      ping; with a port, a TCP connection
 *     NODE does not reach TARGET               no reply; with a port, no answer to the connection attempt
 *     NODE is refused by NODE:PORT             the connection attempt is refused
 *     NODE, NODE and NODE reach one another    ping, each pair in both directions
 *     NODE resolves NODE                       the name leads to the node's address, and to no other
 *     NODE does not resolve NAME               the name service says that there is no such name
 *     NODE has a way out, has no way out       to the node `outside`, which stands for the internet
 *
 * TARGET is NODE, NODE:PORT or an IPv4 address, with or without a port. `by name` or `on NETWORK` may follow. In a sentence
 * that begins with `outside`, a port is one of the node's host: the port that the node publishes. A port that it does not
 * publish is not reached since the host refuses.
 */
import { isAddress } from "../addresses.ts";
import {
  address,
  addressOf,
  type Claim,
  mesh,
  nameOf,
  noPing,
  noPingAddress,
  noPingByName,
  noTcp,
  noWay,
  ping,
  pingAddress,
  pingByName,
  pingProbe,
  type Probe,
  resolves,
  tcp,
  tcpProbe,
  tcpRefused,
  unknownName,
} from "../claims/index.ts";
import { LabError } from "../problems.ts";
import { didYouMean, nearest } from "../suggest.ts";

/** A node that sentences name. */
export interface NamedNode {
  /** An address of a network that it is on, which answers while the node is well. Default: its loopback. */
  gateway?: string | undefined;
  /** The host that it stands on. */
  host: string;
  /** The ports of the host, at all of its addresses, that lead into it. */
  published: readonly number[];
}

/** What sentences can name. */
export interface Named {
  nodes: ReadonlyMap<string, NamedNode>;
  networks: readonly string[];
}

/** A word of a sentence, and where it begins. */
interface Word {
  text: string;
  at: number;
}

/** The other end of a sentence. */
interface Target {
  /** A node, or an address that is no node's. */
  name: string;
  port?: number;
  byName: boolean;
  network?: string;
  word: Word;
}

const LOOPBACK = "127.0.0.1";
const OUTSIDE = "outside";

/**
 * The claims of a sentence: one, but for `reach one another`.
 *
 * @param place where the sentence is written, for errors: `claims[0]`
 * @throws LabError with the character at which the sentence is wrong
 */
export function claimsOf(sentence: string, named: Named, place: string): Claim[] {
  return new Sentence(sentence, named, place).claims();
}

/** The control that shows a node alive: it is answered on a network of its own. */
export function aliveProbe({ nodes }: Named, node: string): Probe {
  return pingProbe(node, address(nodes.get(node)?.gateway ?? LOOPBACK));
}

class Sentence {
  readonly #sentence: string;
  readonly #named: Named;
  readonly #place: string;
  readonly #words: readonly Word[];

  constructor(sentence: string, named: Named, place: string) {
    this.#sentence = sentence;
    this.#named = named;
    this.#place = place;
    this.#words = [...sentence.matchAll(/[^\s,]+/g)].map(({ 0: text, index }) => ({ text, at: index }));
  }

  claims(): Claim[] {
    const { phrase, start, end } = this.#phrase();
    const subjects = this.#words.slice(0, start).filter(({ text }) => text !== "and");
    for (const subject of subjects) this.#node(subject);
    const rest = this.#words.slice(end);
    const [first, second] = subjects;
    if (first === undefined)
      this.#wrong(this.#words[0], "a sentence begins with a node", this.#oneOfNodes(""));
    if (phrase === "reach one another") {
      if (second === undefined) this.#wrong(first, "is one node alone", "name two nodes, or more");
      const { byName, network } = this.#manner(rest);
      const how = { by: byName ? ("name" as const) : ("address" as const), ...(network && { network }) };
      return mesh(
        subjects.map(({ text }) => text),
        how,
      );
    }
    if (second !== undefined)
      this.#wrong(
        second,
        `one node ${phrase} another`,
        "write a sentence for each, or: NODE and NODE reach one another",
      );
    return [this.#claim(phrase, first.text, rest)];
  }

  #claim(phrase: Exclude<Phrase, "reach one another">, from: string, rest: readonly Word[]): Claim {
    switch (phrase) {
      case "reaches":
        return this.#reaches(from, this.#target(rest));
      case "does not reach":
        return this.#reachesNot(from, this.#target(rest));
      case "is refused by":
        return this.#refused(from, this.#target(rest));
      case "resolves": {
        const name = this.#only(rest, "the name of a node");
        this.#node(name);
        return resolves(from, name.text, [name.text]);
      }
      case "does not resolve": {
        const { text } = this.#only(rest, "a name");
        return unknownName(from, text, { controls: [this.#alive(from)] });
      }
      case "has a way out":
        this.#nothing(rest);
        return ping(from, this.#outside());
      case "has no way out":
        this.#nothing(rest);
        return noWay(from, this.#outside(), { controls: [this.#alive(from), this.#alive(OUTSIDE)] });
    }
  }

  #reaches(from: string, target: Target): Claim {
    const { name, port, byName, network } = target;
    if (port !== undefined) return tcp(from, this.#end(from, target), port);
    if (isAddress(name)) return pingAddress(from, name);
    return byName ? pingByName(from, name) : ping(from, name, network === undefined ? {} : { network });
  }

  #reachesNot(from: string, target: Target): Claim {
    const { name, port, byName, network, word } = target;
    const alive = this.#alive(from);
    if (port !== undefined) {
      if (byName)
        this.#wrong(word, "silence of a port is tested by address", "leave out `by name`, or the port");
      const node = this.#named.nodes.get(name);
      const own = node !== undefined && from !== OUTSIDE;
      if (from === OUTSIDE && node !== undefined && name !== node.host && !node.published.includes(port))
        return this.#refused(from, target);
      // A port at which nobody listens is silent, or refuses: the node's own connection shows that somebody does.
      const listens = own ? [tcpProbe(name, address(LOOPBACK), port)] : this.#ends(from, name);
      return noTcp(from, this.#end(from, target), port, { controls: [alive, ...listens] });
    }
    if (isAddress(name)) return noPingAddress(from, name, { controls: [alive] });
    const controls = [alive, this.#alive(name)] as const;
    if (byName) return noPingByName(from, name, { controls });
    return noPing(from, name, { controls, ...(network === undefined ? {} : { network }) });
  }

  #refused(from: string, target: Target): Claim {
    const { name, port, word } = target;
    if (port === undefined)
      this.#wrong(word, "a port refuses, a node does not", `write its port: ${name}:80`);
    const controls = [this.#alive(from), ...this.#ends(from, name)] as const;
    return tcpRefused(from, this.#end(from, target), port, { controls });
  }

  /** Where a connection to a port goes. */
  #end(from: string, target: Target) {
    const { name, byName, network, word } = target;
    const node = this.#named.nodes.get(name);
    if (node === undefined) return address(name);
    if (from !== OUTSIDE || name === node.host) return byName ? nameOf(name) : addressOf(name, network);
    this.#refuseOfAnother(target, node);
    if (byName || network !== undefined)
      this.#wrong(
        word,
        "from outside a node is reached by the address of its host",
        "leave out what follows the port",
      );
    return addressOf(node.host);
  }

  /** A port of the host that leads to another node says nothing of this one. */
  #refuseOfAnother({ name, port = 0, word }: Target, { host, published }: NamedNode): void {
    if (published.includes(port)) return;
    const [other] = [...this.#named.nodes].find(
      ([, node]) => node.host === host && node.published.includes(port),
    ) ?? [""];
    if (other === "") return;
    const own = published.length === 0 ? "" : `, or a port of ${name}'s: ${published.join(", ")}`;
    this.#wrong(word, `the port ${port} of ${host} leads to ${other}`, `write ${other}:${port}${own}`);
  }

  #alive(node: string): Probe {
    return aliveProbe(this.#named, node);
  }

  /** The controls of the other end: the node, and its host where that is asked in its place. */
  #ends(from: string, name: string): Probe[] {
    const node = this.#named.nodes.get(name);
    if (node === undefined) return [];
    const asked = from === OUTSIDE && name !== node.host ? [this.#alive(node.host)] : [];
    return [...asked, this.#alive(name)];
  }

  #outside(): string {
    if (this.#named.nodes.has(OUTSIDE)) return OUTSIDE;
    return this.#wrong(this.#words[1], "the lab has no node `outside`", "add it to the lab: outside: {}");
  }

  /** The verb of the sentence: the first phrase behind its first word, or there. */
  #phrase(): { phrase: Phrase; start: number; end: number } {
    const [first = 0, ...others] = this.#words.keys();
    for (const start of [...others, first]) {
      const phrase = PHRASES.find((one) => this.#textFrom(start, wordsIn(one)) === one);
      if (phrase !== undefined) return { phrase, start, end: start + wordsIn(phrase) };
    }
    const verb = this.#words[1];
    const meant = PHRASES.find((one) => nearest(this.#textFrom(1, wordsIn(one)), [one]) !== undefined);
    return this.#wrong(
      verb,
      verb === undefined ? "says nothing of a node" : "is no verb of a claim",
      meant === undefined ? `use one of: ${PHRASES.join(", ")}` : `did you mean "${meant}"?`,
    );
  }

  #textFrom(start: number, count: number): string {
    return this.#words
      .slice(start, start + count)
      .map(({ text }) => text)
      .join(" ");
  }

  #target([word, ...rest]: readonly Word[]): Target {
    if (word === undefined)
      return this.#wrong(
        undefined,
        "whom?",
        `add a node, a node with a port, or an address: ${this.#example()}`,
      );
    const [, name = "", digits] = /^(.*?)(?::(.*))?$/.exec(word.text) ?? [];
    const port = digits === undefined ? undefined : /^\d+$/.test(digits) ? Number(digits) : 0;
    if (port !== undefined && !(port >= 1 && port <= 65535))
      this.#wrong(
        { text: digits ?? "", at: word.at + name.length + 1 },
        "a port is 1 to 65535",
        `for example ${name}:80`,
      );
    if (!isAddress(name)) this.#node({ text: name, at: word.at });
    return { name, word, ...this.#manner(rest), ...(port === undefined ? {} : { port }) };
  }

  /** What may follow a target: `by name`, `on NETWORK`. */
  #manner(rest: readonly Word[]): { byName: boolean; network?: string } {
    const [first, second, third] = rest;
    if (first === undefined) return { byName: false };
    if (third === undefined && first.text === "by" && second?.text === "name") return { byName: true };
    if (third === undefined && first.text === "on" && second !== undefined) {
      const { networks } = this.#named;
      if (!networks.includes(second.text))
        this.#wrong(second, "the lab has no such network", didYouMean(second.text, networks));
      return { byName: false, network: second.text };
    }
    return this.#wrong(first, "only `by name` or `on NETWORK` can follow", "leave it out");
  }

  #only([word, more]: readonly Word[], what: string): Word {
    if (word === undefined) return this.#wrong(undefined, "whom?", `add ${what}`);
    if (more !== undefined) return this.#wrong(more, "the sentence ends before this word", "leave it out");
    return word;
  }

  #nothing([more]: readonly Word[]): void {
    if (more !== undefined) this.#wrong(more, "the sentence ends before this word", "leave it out");
  }

  #node(word: Word): void {
    if (!this.#named.nodes.has(word.text))
      this.#wrong(word, "the lab has no such node", this.#oneOfNodes(word.text));
  }

  #oneOfNodes(word: string): string {
    return didYouMean(word, [...this.#named.nodes.keys()]);
  }

  #example(): string {
    return [...this.#named.nodes.keys()].at(-1) ?? "203.0.113.10";
  }

  /** @param word the word that is wrong; undefined: something is missing at the end */
  #wrong(word: Word | undefined, allowed: string, fix: string): never {
    const what = word === undefined ? this.#sentence : `${this.#sentence} (at "${word.text}")`;
    const at = word?.at ?? this.#sentence.length;
    throw new LabError([{ place: this.#place, value: what, allowed, fix, at }]);
  }
}

const PHRASES = [
  "reaches",
  "does not reach",
  "is refused by",
  "reach one another",
  "resolves",
  "does not resolve",
  "has a way out",
  "has no way out",
] as const;
type Phrase = (typeof PHRASES)[number];

function wordsIn(phrase: string): number {
  return phrase.split(" ").length;
}
