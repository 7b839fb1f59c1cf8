import { addressesCommand } from "../../../checks/probes/dns.ts";
import { NEIGHBOURS } from "../../../checks/answerers.ts";
import { ADDRESSES } from "../../../checks/links.ts";
import { TRANSLATED } from "../../../checks/translations.ts";
import type { Answer, Ask, Question } from "../../../reach/asking.ts";
import type { Claim } from "../../../topology/claims/index.ts";
import type { Topology } from "../../../topology/document.ts";

/** box1 and box2 on my-bridge, box3 on bridge, joined shares box3's network namespace; all on host1. */
export function labWith(...claims: Claim[]): Topology {
  const container = (name: string, network: string, address: string): Topology["nodes"][number] => ({
    name,
    kind: "container",
    host: "host1",
    container: name,
    interfaces: [{ network, address, prefixLength: 16 }],
  });
  return {
    version: 1,
    stack: "try",
    lab: "user-bridge",
    hosts: [
      {
        name: "host1",
        kind: "container",
        container: "vethlab-try-host1",
        shell: ["docker", "exec", "-i", "vethlab-try-host1"],
      },
    ],
    networks: [],
    drills: [],
    nodes: [
      container("box1", "my-bridge", "172.18.0.2"),
      container("box2", "my-bridge", "172.18.0.3"),
      container("box3", "bridge", "172.17.0.2"),
      { name: "joined", kind: "container", host: "host1", joins: "box3", interfaces: [] },
    ],
    claims,
  };
}

export const replied: Answer = {
  status: 0,
  stdout: "64 bytes from 172.18.0.3: icmp_seq=1 ttl=64 time=0.045 ms",
  stderr: "",
  seconds: 0.01,
};

export const silent: Answer = {
  status: 1,
  stdout: "3 packets transmitted, 0 received, 100% packet loss, time 400ms",
  stderr: "",
  seconds: 0.5,
};

export const unknown: Answer = {
  status: 2,
  stdout: "",
  stderr: "ping: box1: Name or service not known",
  seconds: 0.01,
};

/**
 * A lab in memory: for each question, by `from: last word of the command`, for a task `host: container: last word`, its
 * answers in the order in which it is asked; the last one stays. Who holds which address and name need not be told: by
 * `from: address`, `from: neigh`, `from: translated` and `from: getent NAME` it may be, and is not among what was `asked`.
 */
export function answering(script: Record<string, readonly Answer[]>): { ask: Ask; asked: string[][] } {
  const asked: string[][] = [];
  const times = new Map<string, number>();
  const answerTo = (question: Question): Answer => {
    const key = keyOf(question);
    const answers = script[key] ?? (isOfIdentity(question) ? [identity(question)] : []);
    const time = times.get(key) ?? 0;
    times.set(key, time + 1);
    const answer = answers[Math.min(time, answers.length - 1)];
    if (answer === undefined) throw new Error(`the test has no answer to ${key}`);
    return answer;
  };
  const ask: Ask = (questions) => {
    const round = questions.filter((question) => !isOfIdentity(question)).map(keyOf);
    if (round.length > 0) asked.push(round);
    return Promise.resolve(new Map(questions.map((question) => [question, answerTo(question)])));
  };
  return { ask, asked };
}

function keyOf({ at, container, command }: Question): string {
  if (isLookup(command)) return `${at}: getent ${command.at(-1) ?? ""}`;
  if (command === TRANSLATED) return `${at}: translated`;
  return [at, container, command.at(-1)].filter((part) => part !== undefined).join(": ");
}

function isOfIdentity({ command }: Question): boolean {
  return isLookup(command) || [ADDRESSES, NEIGHBOURS, TRANSLATED].includes(command as string[]);
}

/** Whether a command looks up where a name leads, beside a probe that was answered. */
function isLookup(command: Question["command"]): boolean {
  const [, , name = ""] = command;
  return command.join(" ") === addressesCommand(name).join(" ");
}

/** All is as it was recorded, the kernel has no neighbour, nothing is translated, and no name is found. */
function identity({ at, command }: Question): Answer {
  if (command === ADDRESSES) return holding(at);
  return { status: 0, stdout: command === NEIGHBOURS ? "[]" : "", stderr: "", seconds: 0.001 };
}

/** A node holds the addresses that the topology records, as `ip -json address` tells it. */
export function holding(name: string, ...addresses: readonly string[]): Answer {
  const { interfaces = [] } = labWith().nodes.find((node) => node.name === name) ?? {};
  const held = addresses.length > 0 ? addresses : interfaces.map(({ address }) => address);
  const links = held.map((local, index) => ({
    ifindex: index + 2,
    ifname: `eth${index}`,
    flags: ["UP"],
    address: `02:42:00:00:00:0${name.at(-1) ?? ""}`,
    addr_info: [{ local, prefixlen: 16 }],
  }));
  return { status: 0, stdout: JSON.stringify(links), stderr: "", seconds: 0.001 };
}
