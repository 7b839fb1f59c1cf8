import type { Answer, Ask } from "../../../reach/asking.ts";
import type { Claim } from "../../../topology/claims.ts";
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
 * A lab in memory: for each question, by `from: last word of the command`, for a task `host: container: last word`, its answers in the order in which it is
 * asked; the last one stays.
 */
export function answering(script: Record<string, readonly Answer[]>): { ask: Ask; asked: string[][] } {
  const asked: string[][] = [];
  const times = new Map<string, number>();
  const ask: Ask = (questions) => {
    const keys = questions.map(({ at, container, command }) =>
      [at, container, command.at(-1)].filter((part) => part !== undefined).join(": "),
    );
    asked.push(keys);
    const answers = questions.map((question, index): [(typeof questions)[number], Answer] => {
      const key = keys[index] ?? "";
      const answersOfKey = script[key] ?? [];
      const time = times.get(key) ?? 0;
      times.set(key, time + 1);
      const answer = answersOfKey[Math.min(time, answersOfKey.length - 1)];
      if (answer === undefined) throw new Error(`the test has no answer to ${key}`);
      return [question, answer];
    });
    return Promise.resolve(new Map(answers));
  };
  return { ask, asked };
}
