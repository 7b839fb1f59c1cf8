import { Command, CommanderError, Option } from "commander";
import { dirname } from "node:path";
import { codeExtension } from "../toolchain/code-files.ts";
import { enterLabFiles, isLabFile, project } from "../toolchain/project.ts";
import { describeError, EXIT, exitCodeOf, WrongUse } from "./exit.ts";

/*
 * The `vethlab` command. Each subcommand's code is loaded when it is called: `verify` has 1.5 s in all, and what `up`
 * needs takes half a second to load.
 */

/** A subcommand. commands/NAME.ts has a function of its name, which takes the arguments, and the options last. */
interface Subcommand {
  description: string;
  /** The argument that names the lab. Default: it takes none. */
  lab?: Argument;
  /** Further arguments. Default: none. */
  others?: Argument[];
  options?: readonly Option[];
  examples: [example: string, what: string][];
  /** Lines of its help behind the examples. */
  more?: string[];
}

type Argument = [name: string, what: string];
/** That function. It has the exit code. */
type Run = (...args: unknown[]) => number | Promise<number>;

/** How the lab of a command is named: in a project of the user's it is a stack, and may be left out. */
const lab: Argument = project.builtIn
  ? ["<lab>", "a lab, a stack's name, a Compose file, or a lab file (lab.yaml)"]
  : [
      "[stack]",
      `a stack of the project ${project.name} (default: the only one, the selected one, or dev), a Compose file, or a lab file`,
    ];
const labOfUp: Argument = [
  lab[0],
  project.builtIn ? "a lab, the name of a stack that exists, a Compose file, or a lab file" : lab[1],
];
const labOrAll = lab[0].replace("<lab>", "[lab]");

const json = new Option("--json", "write the result as JSON, and nothing else");
const junit = new Option("--junit <file>", "write a JUnit report of the claims too");
const setting = several("-c, --config <key=value>", "a setting of the lab (may be repeated)");
/** Compose's own options, for labs that are Compose files. */
const composeOptions = [
  several("-f, --file <file>", "a further Compose file, merged over the first (may be repeated)"),
  several("--profile <name>", "a profile of the Compose file (may be repeated)"),
  several("--env-file <file>", "values for the variables of the Compose file (default: .env beside it)"),
  new Option(
    "--project-directory <folder>",
    "where relative paths of the Compose file begin (default: its folder)",
  ),
];
const running = new Option(
  "--running",
  "not the twin of a Compose file, but the project that runs on your engine",
);
const ofRunning = [running, ...composeOptions];
const engineOfFile = new Option(
  "--engine <version>",
  "version of Docker, for a Compose file; several with commas between: as `matrix`",
);

function several(flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser((value: string, before: string[]) => [...before, value])
    .default([]);
}

const named = new Option(
  "--stack <name>",
  "name of its stack, for a lab that is to stand more than once (default: the lab's)",
);

const subcommands: Record<string, Subcommand> = {
  init: {
    description: "write a project with a lab of your own: two networks, a wall between them, and its claims",
    others: [["[folder]", "where; it is made if it is not there (default: this folder)"]],
    examples: [["init my-lab", "then: cd my-lab && npx vethlab up"]],
  },
  list: {
    description: "the labs there are, and which are up",
    options: [json],
    examples: [["list", "what can I build?"]],
  },
  status: {
    description: "compare what is recorded of a lab (or of all) with what is there",
    lab: [labOrAll, project.builtIn ? lab[1] : "a stack (default: all of the project)"],
    options: [json],
    examples: [
      ["status", "how are they?"],
      ["status user-bridge --json", "for a script"],
    ],
    more: [
      "down         nothing of it is there",
      "healthy      as recorded",
      "stopped      a host's container is stopped         gone     something is not there any more",
      "drifted      something else differs                running  something works on it now",
      "interrupted  a run was killed                      unfinished  the last up failed",
      "`vethlab up` mends these, and goes on from where the last one failed.",
    ],
  },
  up: {
    description: "build a lab, or bring it up to date; repair it first; test its claims at the end",
    lab: labOfUp,
    options: [
      named,
      setting,
      ...composeOptions,
      engineOfFile,
      new Option("--keep-going", "build on after something has failed"),
      new Option(
        "--rebuild",
        "where the lab is not as it was, build it anew on your own engine and machines too",
      ),
      json,
      junit,
    ],
    examples: [
      ["up user-bridge", "build and test"],
      ["up user-bridge -c connectBox3=true", "change it while it runs"],
      ["up user-bridge --stack second", "one more of the same"],
      ["up lab.yaml", "a lab of your own, in YAML"],
      ["up compose.yaml", "the network of a Compose file"],
    ],
    more: [
      "A lab that somebody has changed by hand is built anew: its lab hosts that `vethlab status` tells of; and all of",
      "them, once, when claims fail though there was nothing to change. Exit code 1 when claims still fail.",
    ],
  },
  preview: {
    description: "show what `up` would change, and change nothing",
    lab: labOfUp,
    options: [named, setting, ...composeOptions, engineOfFile, json],
    examples: [["preview user-bridge -c connectBox3=true", "one command more, no container replaced"]],
  },
  claims: {
    description: "list what a Compose file or a lab file claims, and why; build nothing",
    lab: ["<file>", "a Compose file, or a lab file"],
    options: [...composeOptions, json],
    examples: [
      ["claims compose.yaml", "who reaches whom?"],
      ["claims compose.yaml -f compose.prod.yaml --profile debug", "as Compose merges them"],
    ],
  },
  verify: {
    description: "test the claims of a lab that is up, with packets",
    lab,
    options: [...ofRunning, json, junit],
    examples: [
      ["verify user-bridge", "exit code 1 when a claim fails"],
      ["verify user-bridge --junit out.xml", "for CI"],
      ["verify compose.yaml --running", "what docker compose has started"],
    ],
  },
  matrix: {
    description: "build a lab on each version of Docker, side by side, test its claims there, and remove it",
    lab: ["<lab>", "a built-in lab, or a Compose file"],
    options: [
      new Option("--engine <versions>", "separated by commas (default: all that the lab can have)"),
      setting,
      ...composeOptions,
      json,
      junit,
    ],
    examples: [
      ["matrix user-bridge", "does it hold everywhere?"],
      ["matrix user-bridge --engine 20.10,28.5", "what does an upgrade change?"],
    ],
  },
  diff: {
    description:
      "what a change of a Compose file opens and closes: who reaches whom, shown with packets on both sides",
    others: [
      ["<before>", "a Compose file"],
      ["<after>", "the same after the change"],
    ],
    options: [
      new Option("--fail-on <kinds>", "exit code 1 for such changes: opened, closed, added, removed"),
      ...composeOptions,
      json,
    ],
    examples: [
      ["diff main/compose.yaml compose.yaml --fail-on opened", "the review that a pull request lacks"],
    ],
  },
  eject: {
    description:
      "write the twin of a Compose file as a Pulumi program with vethlab's components: from then on your own",
    lab: ["<file>", "a Compose file"],
    others: [["<folder>", "where; it is made if it is not there"]],
    options: [...composeOptions],
    examples: [["eject compose.yaml shop-lab", "then: cd shop-lab && npx vethlab up"]],
  },
  exec: {
    description: "run a command in a node of a lab; ends with its exit code",
    lab,
    others: [
      ["<node>", "box1, ns1, ...; lab hosts are host1, host2, ..."],
      ["[command...]", "behind --"],
    ],
    options: ofRunning,
    examples: [
      ["exec user-bridge box1 -- ping -c 3 box2", "as box1 sees it"],
      ["exec user-bridge host1 -- docker network ls", "the engine of the lab's host"],
      ["exec user-bridge box1 -- sh", "a shell"],
      ["exec --running compose.yaml web -- ss -tln", "beside a running container, with tools of vethlab's"],
    ],
  },
  drill: {
    description:
      "make the interventions of an experiment on a lab that is up, test what they show, undo them",
    lab,
    others: [["[name]", "the drill (default: all of the lab's, one after another)"]],
    options: [
      new Option("--list", "what drills there are, and do nothing"),
      new Option("--step", "wait for the Enter key before each step"),
      new Option("--undo", "undo what a drill that was killed has left"),
      json,
    ],
    examples: [
      ["drill user-bridge --list", "what can be tried?"],
      ["drill user-bridge --step", "step by step"],
      ["drill user-bridge --undo", "after a drill was killed"],
    ],
  },
  trace: {
    description:
      "send one packet, and tell its way hop by hop: interfaces, routes, every rule that it matches",
    lab,
    others: [
      ["<from>", "the node that sends"],
      ["<to>", "NODE[@NETWORK][:PORT] or ADDRESS[:PORT]: a TCP connection with a port, else a ping"],
    ],
    options: [json],
    examples: [
      ["trace user-bridge box1 box3", "what stops a packet between two bridges?"],
      ["trace port-publish outside host1:8080", "how does a published port work?"],
    ],
  },
  capture: {
    description: "show the packets at a node's interfaces or on a network, or write them for Wireshark",
    lab,
    others: [["<where>", "a node, or a network (at its bridge)"]],
    options: [
      new Option("--write <file>", "write a pcap file instead of text; - is the standard output"),
      new Option(
        "--filter <expression>",
        "only these packets: icmp, tcp port 80 and host 172.18.0.2, ... (pcap-filter(7))",
      ),
      new Option("--count <n>", "end after so many packets"),
      new Option("--seconds <s>", "end after so long"),
      ...ofRunning,
    ],
    examples: [
      ["capture user-bridge box1 --filter icmp", "live; Ctrl-C ends it"],
      ["capture user-bridge my-bridge --write my-bridge.pcap --seconds 10", "a file for Wireshark"],
      ["capture user-bridge box1 --write - | wireshark -k -i -", "Wireshark, live"],
    ],
  },
  graph: {
    description:
      "draw a lab that stands: hosts, nodes, networks, addresses, and the walls that its claims tell of",
    lab,
    options: [
      ...ofRunning,
      new Option(
        "--write <file>",
        "write a drawing (.svg), or what Graphviz draws it from (.dot), instead of showing the latter",
      ),
    ],
    examples: [
      ["graph user-bridge --write user-bridge.svg", "for a browser, a page or a slide"],
      ["graph user-bridge | dot -Tpdf >user-bridge.pdf", "by a Graphviz of your own"],
    ],
  },
  down: {
    description: "remove a lab, and whatever a run that was killed has left of it",
    lab: [labOrAll, lab[1]],
    options: [new Option("--all", "every lab of this checkout or project"), json],
    examples: [
      ["down user-bridge", "leaves nothing"],
      ["down --all", "all labs"],
    ],
  },
  doctor: {
    description:
      "what labs need of this machine: the engine, the kernel, the tools; and which labs can run here",
    options: [json],
    examples: [["doctor", "exit code 3 when no lab can run"]],
  },
  setup: {
    description:
      "put Pulumi, a Docker engine and the images on this machine, once for all projects; `up` does it too",
    examples: [["setup", "does nothing when all is there"]],
  },
  env: {
    description: "print what makes plain Pulumi work on the labs in a shell",
    lab: ["[lab]", "a lab file: for those of its folder (default: the labs of this folder's project)"],
    examples: [],
    more: [
      "Plain Pulumi is as good as `vethlab up`, but for its repairs:",
      '  $ eval "$(npx vethlab env)"',
      "  $ pulumi stack init user-bridge                                  # once; `vethlab up` does it too",
      "  $ pulumi config set connectBox3 true --stack user-bridge",
      "  $ pulumi up --stack user-bridge",
      "  $ pulumi destroy --stack user-bridge && pulumi stack rm user-bridge",
    ],
  },
};

const program = new Command("vethlab")
  .description("Docker networking labs: built by Pulumi, proven with packets, removed without a trace.")
  .configureHelp({ showGlobalOptions: true })
  .showSuggestionAfterError()
  .enablePositionalOptions()
  .exitOverride()
  .addHelpText(
    "after",
    helpAfter(
      [
        ["list", "the labs"],
        ["up user-bridge", "build one and test it"],
        ["down --all", "remove all"],
      ],
      [
        "Exit codes: 0 all well, 1 a claim failed (or a step of Pulumi's), 2 wrong use, 3 the machine lacks something.",
        "VETHLAB_DEBUG=1 shows stack traces.",
      ],
    ),
  );
for (const [name, subcommand] of Object.entries(subcommands)) add(name, subcommand);

function add(
  name: string,
  { description, lab, others = [], options = [], examples, more = [] }: Subcommand,
): void {
  const command = program
    .command(name)
    .description(description)
    .addHelpText("after", helpAfter(examples, more));
  const all = lab === undefined ? others : [lab, ...others];
  const required = others.filter(([other]) => other.startsWith("<")).length;
  // In a project of the user's the first of several words need not be a stack.
  const together = !project.builtIn && lab !== undefined && others.length > 0;
  if (together) {
    command.usage(`[options] ${all.map(([one]) => one).join(" ")}`);
    command.argument("[words...]", all.map(([one, what]) => `${one}: ${what}`).join("; "));
  } else for (const one of all) command.argument(...one);
  for (const one of options) command.addOption(one);
  const takesWords = all.at(-1)?.[0].endsWith("...]") === true;
  if (takesWords) command.passThroughOptions();
  command.action(async (...given: unknown[]) => {
    const [first] = given.slice(0, 1).flat();
    // A lab file is a project of its own, whatever the folder's is.
    if (lab !== undefined && isLabFile(first)) enterLabFiles(dirname(first));
    const args = together ? await apart(given[0] as string[], required, takesWords) : given.slice(0, -2);
    const code = (await import(`./commands/${name}${codeExtension}`)) as Record<string, unknown>;
    process.exitCode = await (code[name] as Run)(...args, given.at(-2));
  });
}

/** Tells the stack from the words behind it, of which `required` must be there; those that are a list come last. */
async function apart(words: string[], required: number, takesWords: boolean): Promise<unknown[]> {
  const { splitStack } = await import("./own-stacks.ts");
  const [stack, rest] =
    project.labFiles === undefined ? splitStack(words, required) : [words[0], words.slice(1)];
  if (rest.length < required) throw new WrongUse("An argument is missing: --help shows which.");
  return [stack, ...(takesWords ? [...rest.slice(0, required), rest.slice(required)] : rest)];
}

/** The help of a command behind its options. */
function helpAfter(examples: Subcommand["examples"], more: string[]): string {
  const widest = Math.max(...examples.map(([example]) => example.length));
  const lines = examples.map(([example, what]) => `  $ npx vethlab ${example.padEnd(widest)}  # ${what}`);
  const shown = lines.length === 0 ? [] : ["", lines.length > 1 ? "Examples:" : "Example:", ...lines];
  return [...shown, ...(more.length === 0 ? [] : ["", ...more])].join("\n");
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.code === "commander.missingArgument" && project.builtIn)
      console.error((await import("./labs.ts")).needsName());
    // commander has said what is wrong; to ask for help is not wrong
    process.exitCode = error.exitCode === 0 ? EXIT.allWell : EXIT.wrongUse;
  } else {
    console.error(describeError(error));
    process.exitCode = exitCodeOf(error);
  }
}
