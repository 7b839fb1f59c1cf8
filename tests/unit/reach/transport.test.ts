import { afterAll, describe, expect, test } from "@jest/globals";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Question } from "../../../reach/asking.ts";
import { Transport } from "../../../reach/transport.ts";
import type { Topology } from "../../../topology/document.ts";

/** Shells of this machine in the place of hosts: `docker` here enters a container by running the command itself. */

const folder = mkdtempSync(join(tmpdir(), "vethlab-reach-"));
const docker = `#!/bin/sh
case $1 in
  exec) container=$3; shift 3; [ "$container" != gone ] || { echo "No such container: gone" >&2; exit 1; }
    WHERE=$container exec "$@" ;;
  *) echo "the engine of \${WHERE:-this machine}: $*" ;;
esac
`;
writeFileSync(join(folder, "docker"), docker);
chmodSync(join(folder, "docker"), 0o755);
const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };

const topology: Topology = {
  version: 1,
  stack: "demo",
  lab: "demo",
  hosts: [
    { name: "local", kind: "local" },
    { name: "host1", kind: "vm", shell: ["env", "WHERE=host1"], engineShell: ["env", "WHERE=beside"] },
    { name: "lost", kind: "container", shell: ["false"] },
  ],
  networks: [],
  drills: [],
  nodes: [
    { name: "host1", kind: "host", host: "host1", interfaces: [] },
    { name: "outside", kind: "container", host: "local", interfaces: [] },
    { name: "gone", kind: "container", host: "local", interfaces: [] },
  ],
  claims: [],
};
const where = ["sh", "-c", "echo $WHERE"];

const transport = new Transport(topology, env);
afterAll(() => {
  transport.close();
  rmSync(folder, { recursive: true });
});

async function ask(question: Question): Promise<unknown> {
  const answer = (await transport.ask([question], 10)).get(question);
  return answer === undefined || "unavailable" in answer ? answer : answer.stdout;
}

describe("a question is asked", () => {
  test("on its host", async () => {
    expect(await ask({ at: "host1", command: where })).toBe("host1");
  });

  test("of its host's engine, from beside a virtual machine", async () => {
    const command = ["docker", "ps"];
    expect(await ask({ at: "host1", command, engineOnly: true })).toBe("the engine of beside: ps");
    expect(await ask({ at: "host1", command })).toBe("the engine of host1: ps");
  });

  test("in a container of the user's engine, and of that engine; the machine itself is not entered", async () => {
    expect(await ask({ at: "outside", command: where })).toBe("outside");
    expect(await ask({ at: "local", command: ["docker", "ps"] })).toBe("the engine of this machine: ps");
    expect(await ask({ at: "local", command: where })).toEqual({
      unavailable: "the user's own machine is not entered",
      lasting: true,
    });
  });

  test("in vain: a container may come back, a host does not, and a node must be there", async () => {
    expect(await ask({ at: "gone", command: where })).toEqual({
      unavailable: "No such container: gone",
      lasting: false,
    });
    expect(await ask({ at: "lost", command: where })).toMatchObject({ lasting: true });
    expect(await ask({ at: "nobody", command: where })).toMatchObject({ lasting: true });
  });
});

test("all questions are answered, side by side", async () => {
  const questions = [1, 2].flatMap((number) =>
    ["host1", "outside", "nobody"].map((at) => ({ at, command: ["echo", String(number)] })),
  );
  const answers = await transport.ask(questions, 10);
  expect(questions.map((question) => answers.get(question))).toMatchObject([
    ...[{ stdout: "1" }, { stdout: "1" }, { lasting: true }],
    ...[{ stdout: "2" }, { stdout: "2" }, { lasting: true }],
  ]);
});
