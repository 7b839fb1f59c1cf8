import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { type Diagnostic, diagnosticOf, distinct, plain } from "../../../../cli/pulumi.ts";
import { describeTroubles, troublesOf } from "../../../../cli/troubles/trouble.ts";

/**
 * Errors as Pulumi has reported them in real runs, with what it had told of the resource before. In subnet, attach and leave
 * the inputs are written after the scripts of scripts/, which came later than the runs.
 */
type About = NonNullable<Diagnostic["about"]>;
const seen = JSON.parse(readFileSync(new URL("./seen.json", import.meta.url), "utf8")) as Record<
  string,
  { errors: { urn?: string; message: string }[]; begun: Record<string, About> }
>;

function diagnosticsOf(name: string): Diagnostic[] {
  const { errors = [], begun = {} } = seen[name] ?? {};
  const told = new Map(Object.entries(begun));
  return distinct(errors.map((error) => diagnosticOf(error, told)));
}

/** No engine answers here: nobody can be asked who is concerned. */
test.each([
  [
    "image",
    "box bb on host1: the image nowhere/at-all:1 is not on host1, and cannot be pulled: nobody knows registry-1.docker.io\n  What to do: take an image that is there, or bring it: docker save nowhere/at-all:1 | docker exec -i vethlab-demo-host1 docker load",
  ],
  [
    "registry",
    "box bb on host1: the image 127.0.0.1:5/x:1 is not on host1, and cannot be pulled: 127.0.0.1:5 does not answer (connection refused)\n  What to do: take an image that is there, or bring it: docker save 127.0.0.1:5/x:1 | docker exec -i vethlab-demo-host1 docker load",
  ],
  [
    "command",
    'box bb on host1: its image vethlab/box:d7e5ba29b119 has no program "no-such-program" to run\n  What to do: give it a command that the image has, or an image that has the command',
  ],
  [
    "address",
    "box bb on host1: the address 172.24.0.2 on lan is taken\n  What to do: give bb another address",
  ],
  [
    "attach",
    "network attachment b-on-other on host1: the address 172.27.0.2 on other is taken\n  What to do: give b-on-other another address",
  ],
  [
    "subnet",
    "bridge network wide on host1: its subnet 172.26.0.0/16 is taken on host1\n  What to do: give wide another subnet",
  ],
  [
    "port",
    "box bb on this machine: port 18080 of this machine is taken\n  What to do: a program of this machine listens there (ss -lntup 'sport = :18080'): stop it, or publish another port",
  ],
  [
    "portprog",
    "box bb on this machine: port 18080 of this machine is taken\n  What to do: a program of this machine listens there (ss -lntup 'sport = :18080'): stop it, or publish another port",
  ],
  [
    "engine",
    "box aa on host1: the engine of host1 does not answer\n  What to do: npx vethlab up demo looks again, and builds a lab host anew whose engine stays silent",
  ],
  ["leave", "bridge network lan: it cannot be removed while something is plugged in"],
])("what Docker refuses is told once and in plain words: %s", async (name, words) => {
  process.env["DOCKER_HOST"] = "unix:///nowhere.sock";
  expect(describeTroubles(await troublesOf("demo", diagnosticsOf(name)))).toBe(words);
});

test.each([
  ["image", false],
  ["command", false],
  ["port", true],
  ["subnet", true],
])("a lab host is built anew only for what may be in the way: %s", async (name, anewMayHelp) => {
  expect(await troublesOf("demo", diagnosticsOf(name))).toMatchObject([{ anewMayHelp }]);
});

test("one trouble of several parts is told once, with the first three places", () => {
  const trouble = { message: "the engine of host1 does not answer", next: "look" };
  const troubles = ["aa", "bb", "cc", "dd"].map((box) => ({ ...trouble, place: `box ${box}` }));
  expect(describeTroubles(troubles)).toBe(
    "box aa, box bb, box cc and 1 more: the engine of host1 does not answer\n  What to do: look",
  );
});

test("as data a trouble has its place, the resource and the next step, and nothing of Pulumi's inputs", async () => {
  const [trouble] = await troublesOf("demo", diagnosticsOf("command"));
  expect(trouble).toEqual({
    place: "box bb on host1",
    message: 'its image vethlab/box:d7e5ba29b119 has no program "no-such-program" to run',
    next: "give it a command that the image has, or an image that has the command",
    resource: "bb-container",
    type: "vethlab:container:Box$docker:index/container:Container",
    anewMayHelp: false,
  });
});

test("a message that is not known stays, without what is put around it", async () => {
  const message =
    "  sdk-v2/provider2.go:572: sdk.helper_schema: Unable to start container: Error response from daemon: something new: provider=docker@5.2.0\n";
  expect(plain(message)).toBe("something new");
  const [error] = diagnosticsOf("command");
  const troubles = await troublesOf("demo", [{ ...error, message: "something new" }]);
  expect(describeTroubles(troubles)).toBe("box bb on host1: something new");
});

test("what the program itself says has no place, and stays as it is", async () => {
  const message = "There is a problem:\n  boxes.b: b\n    too short\n    fix: choose another";
  expect(describeTroubles(await troublesOf("demo", [{ message }]))).toBe(message);
});
