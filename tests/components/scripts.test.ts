import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { scriptWords, scriptWordsThere, wordColumns, wordLines } from "../../scripts/index.ts";
import { run, variablesIn } from "./ran.ts";

const folder = new URL("../../scripts/", import.meta.url);

/** All scripts, with the arguments that they know, or none; but not files that others source. */
const scripts = readdirSync(folder)
  .filter((file) => file.endsWith(".sh"))
  .map((file) => {
    const text = readFileSync(new URL(file, folder), "utf8");
    const known = [...text.slice(text.lastIndexOf("\ncase $1 in")).matchAll(/^ {2}([a-z-]+)\)/gm)];
    const args = known.length === 0 ? [""] : known.map(([, argument = ""]) => argument);
    return { name: file.replace(/\.sh$/, ""), text, known: args };
  })
  // One that reads no variable is not run here: power.sh would take this machine for a lab host.
  .filter(({ text }) => text.startsWith("#!") && variablesIn(text).length > 0);

/** A name that would be more than one in the text of a script: of a shell, of Docker's templates, of sed. */
const hostile = `red 1; touch stolen; $(touch stolen) \`touch stolen\` ' " \\ & * {{.Id}} s/a/b/e\ntouch stolen`;

/** Answers of programs that let each script come to its end. */
const willing = [
  'case "$program $*" in',
  '  curl*) echo "$HEALTHY" ;;',
  '  *ClusterStore*) echo "$STORE $ADVERTISE" ;;',
  "  *NodeID*) echo inactive - 26.1.5 ;;",
  "  *State*) echo ready ;;",
  "  *version*) echo 20.10.24 ;;",
  '  *"service ls"*) echo 1/1 ;;',
  // No process has it.
  "  cat*) echo 4194305 ;;",
  "esac",
].join("\n");

/** What makes the programs fail that say whether something is there. */
const absent = 'case "$*" in *inspect*State*|*inspect*ID*) ;; *inspect*|*show*|*--check*) exit 1 ;; esac';

describe("whatever a variable holds is data", () => {
  test.each(scripts.flatMap(({ name, known }) => known.map((argument) => [name, argument] as const)))(
    "%s %s",
    async (name, argument) => {
      const names = variablesIn(scriptWords(name).at(-2) ?? "");
      const environment = Object.fromEntries(names.map((one) => [one, hostile]));
      if ("MEMBERS" in environment) environment["MEMBERS"] = wordColumns(Array<string>(5).fill(hostile));
      // It is itself a command.
      if ("THERE" in environment) environment["THERE"] = wordLines(["docker", "exec", "-i", "host"]);
      const interpreter = scriptWordsThere(["docker", "exec", "-i", "host"], names, name);
      for (const answers of [willing, `${absent}\n${willing}`]) {
        const { files, stderr } = await run(
          { inputs: { interpreter, environment, create: argument } },
          "create",
          answers,
          hostile,
        );
        expect(files).not.toContain("stolen");
        expect(stderr).not.toMatch(/command not found|unbound variable|syntax error/);
      }
    },
  );
});

test("words arrive as they were given, in whatever number", async () => {
  const words = ["", "a b", "two\nlines\n", "tab\tbed", "back\\nslash", `it's "$HOME" \`*\``];
  const ranWith = async (command: string[]) => {
    const environment = {
      CONTAINER: "box2",
      IMAGE: "image",
      COMMAND: wordLines(command),
      OPTIONS: "",
      LABELS: "",
      FIRST_WITHOUT_LINK: "30",
      OWNER: "",
    };
    const interpreter = scriptWordsThere(
      ["docker", "exec", "-i", "host"],
      Object.keys(environment),
      "linked-box",
    );
    const answers =
      'case $1 in version) echo 20.10 ;; run) printf "<%s>" "$@" >&2 ;; *) [ "$3" != box2 ] ;; esac';
    return (await run({ inputs: { interpreter, environment, create: "run" } }, "create", answers)).stderr;
  };
  const begin = "<run><--detach><--name><box2><--label><vethlab.resource=><image>";
  expect(await ranWith(words)).toBe(begin + words.map((word) => `<${word}>`).join(""));
  expect(await ranWith([])).toBe(begin);
});

test("a script on another host ends as it ended there", async () => {
  const environment = { BRIDGE: "br0", OWNER: "br0-bridge", OWNERS: "owners" };
  const interpreter = scriptWordsThere(
    ["docker", "exec", "-i", "host"],
    Object.keys(environment),
    "linux-bridge",
  );
  const inputs = { interpreter, environment, create: "add" };
  expect(await run({ inputs }, "create", "echo no such device >&2; exit 7")).toMatchObject({
    exitCode: 7,
    stderr: "no such device",
  });
});
