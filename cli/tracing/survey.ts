import type { Answer, Ask, Question } from "../../reach/asking.ts";
import { hostPlace, type Place, placesOf } from "../../reach/places.ts";
import { scriptCall } from "../../scripts/index.ts";
import type { Topology } from "../../topology/document.ts";
import { Failed, WrongUse } from "../exit.ts";
import { chooseNamespaces, type Namespace, questionIn, readBridges, readNamespaces } from "./namespaces.ts";
import { CHAINS_COMMAND, existingChains, rulesCommand, tracingPoints } from "./ruleset.ts";
import { LIMIT_SECONDS, type Watched } from "./watch.ts";

/** A namespace before the packet is sent. */
export interface Surveyed extends Watched {
  /** `ip -json -details address` */
  links: string;
  /** Whether bridged packets are shown to iptables. */
  bridgePassesIptables: boolean;
  /** The existing tables of iptables. */
  tables: readonly string[];
  /** Bridge -> network of the host's engine. */
  bridges: ReadonlyMap<string, string>;
}

/**
 * The places from which a packet's way is watched, by name: the lab hosts, and a sender or receiver that is a container
 * beside them.
 * @throws WrongUse where this would touch the user's own machine
 */
export function watchPlaces(topology: Topology, ends: readonly string[]): Map<string, Place> {
  const hosts = topology.hosts.filter(({ kind, shell }) => kind !== "ssh" && shell !== undefined);
  if (hosts.length === 0) {
    throw new WrongUse(
      [
        `The lab stands on a machine of yours (host: local or ssh): to trace a packet, rules would have to be put into`,
        `that machine's firewall, which vethlab never touches. Build it on a host of its own:`,
        `  npx vethlab up ${topology.lab} --stack ${topology.lab}-traced -c host=container`,
      ].join("\n"),
    );
  }
  const places = new Map(hosts.map((host) => [host.name, hostPlace(host)]));
  for (const end of ends) {
    const place = placesOf(topology).get(end);
    if (place === undefined || hosts.includes(place.host)) continue;
    if (place.kind !== "container") {
      throw new WrongUse(`"${end}" is this machine itself, whose network vethlab does not enter.`);
    }
    places.set(end, place);
  }
  return places;
}

/** Finds the namespaces to watch from a place, and reads their state. */
export async function survey(
  ask: Ask,
  topology: Topology,
  name: string,
  place: Place,
  ends: readonly string[],
): Promise<Surveyed[]> {
  if (place.kind === "container") return look(ask, [{ key: "n0", name, nodes: [name] }], new Map());
  const listed = (await reply(ask, { at: name, command: scriptCall("namespaces", [], {}) })).stdout;
  const [, version = ""] = /^iptables (.*)$/m.exec(listed) ?? [];
  if (!version.includes("nf_tables")) {
    throw new Failed(
      `The kernel's trace is read through nf_tables, which ${name} does not have (${version.trim()}).`,
    );
  }
  const namespaces = chooseNamespaces(readNamespaces(topology, name, listed), ends);
  return look(ask, namespaces, readBridges(listed));
}

async function look(
  ask: Ask,
  namespaces: readonly Namespace[],
  bridges: ReadonlyMap<string, string>,
): Promise<Surveyed[]> {
  const questions = namespaces.map((namespace) => ({
    namespace,
    links: questionIn(namespace, ["ip", "-json", "-details", "address"]),
    chains: questionIn(namespace, CHAINS_COMMAND),
    bridge: questionIn(namespace, ["cat", "/proc/sys/net/bridge/bridge-nf-call-iptables"]),
  }));
  const answers = await ask(
    questions.flatMap(({ links, chains, bridge }) => [links, chains, bridge]),
    LIMIT_SECONDS,
  );
  return questions.map(({ namespace, links, chains, bridge }) => {
    // Rules of a box beside the lab hosts are not traced.
    const existing = existingChains(namespace.host === undefined ? "" : textOf(answers.get(chains)));
    return {
      namespace,
      points: tracingPoints(existing),
      links: textOf(answers.get(links)),
      bridgePassesIptables: textOf(answers.get(bridge)).trim() === "1",
      tables: [...new Set([...existing].map((chain) => chain.split(" ")[0] ?? ""))],
      bridges,
    };
  });
}

/** The rules in each namespace with tracing rules, for `readRuleset`. */
export async function readRules(
  ask: Ask,
  surveyed: readonly Surveyed[],
): Promise<ReadonlyMap<Surveyed, string>> {
  const questions = surveyed
    .filter(({ points }) => points.length > 0)
    .map((one) => [one, one.tables.map((table) => questionIn(one.namespace, rulesCommand(table)))] as const);
  const answers = await ask(
    questions.flatMap(([, ofTables]) => ofTables),
    LIMIT_SECONDS,
  );
  return new Map(
    questions.map(([one, ofTables]) => [
      one,
      ofTables
        .map((question, index) => `*${one.tables[index] ?? ""}\n${textOf(answers.get(question))}`)
        .join("\n"),
    ]),
  );
}

/** The answer to one question. @throws Failed when there is none */
export async function reply(ask: Ask, question: Question): Promise<Exclude<Answer, { unavailable: string }>> {
  const answer = (await ask([question], LIMIT_SECONDS)).get(question);
  if (answer !== undefined && !("unavailable" in answer)) return answer;
  throw new Failed(`${question.at}: ${answer?.unavailable ?? "no answer"}`);
}

/** The output of a command; "" for a command that could not run, such as in a container that has just ended. */
function textOf(answer: Answer | undefined): string {
  return answer === undefined || "unavailable" in answer ? "" : answer.stdout;
}
