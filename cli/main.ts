import { Command, CommanderError } from "commander";
import { project } from "../toolchain/project.ts";
import type { UpOptions } from "./commands/up.ts";
import { describeError, EXIT, exitCodeOf, WrongUse } from "./exit.ts";

/*
 * The `vethlab` command. Each subcommand's code is loaded when it is called: `verify` has 1.5 s in all, and what `up`
 * needs takes half a second to load.
 */

const collect = (value: string, before: string[]): string[] => [...before, value];
const json = ["--json", "write the result as JSON, and nothing else"] as const;
const junit = ["--junit <file>", "write a JUnit report of the claims too"] as const;
const setting = [
  "-c, --config <key=value>",
  "a setting of the lab (may be repeated)",
  collect,
  [] as string[],
] as const;
const named = [
  "--stack <name>",
  "name of its stack, for a lab that is to stand more than once (default: the lab's)",
] as const;

const program = new Command("vethlab")
  .description("Docker networking labs: built by Pulumi, proven with packets, removed without a trace.")
  .configureHelp({ showGlobalOptions: true })
  .showSuggestionAfterError()
  .enablePositionalOptions()
  .exitOverride();

const examples = (...lines: [example: string, what: string][]): string => {
  const widest = Math.max(...lines.map(([example]) => example.length));
  return `\n${lines.length > 1 ? "Examples" : "Example"}:\n${lines.map(([example, what]) => `  $ npx vethlab ${example.padEnd(widest)}  # ${what}`).join("\n")}`;
};

/** How the lab of a command is named: in a project of the user's it is a stack, and may be left out. */
const lab: [string, string] = project.builtIn
  ? ["<lab>", "a lab, or a stack's name"]
  : ["[stack]", `a stack of the project ${project.name} (default: the only one, the selected one, or dev)`];

/** Adds the arguments of a command that are behind the lab's. */
function withArguments(command: Command, ...others: [string, string][]): Command {
  if (project.builtIn) {
    command.argument(...lab);
    for (const [name, what] of others) command.argument(name, what);
    return command;
  }
  const usage = [lab, ...others].map(([name]) => name).join(" ");
  const what = [lab, ...others].map(([name, its]) => `${name}: ${its}`).join("; ");
  return command.usage(`[options] ${usage}`).argument("[words...]", what);
}

/** Tells the lab of such a command from its other arguments, of which `required` must be there. */
async function argumentsIn(given: unknown[], required: number): Promise<[string | undefined, ...string[]]> {
  if (project.builtIn) return given.slice(0, -2).flat() as [string, ...string[]];
  const words = given[0] as string[];
  const { splitStack } = await import("./own-stacks.ts");
  const [stack, rest] = splitStack(words, required);
  if (rest.length < required) throw new WrongUse("An argument is missing: --help shows which.");
  return [stack, ...rest];
}

const does = async (action: number | Promise<number>): Promise<void> => {
  process.exitCode = await action;
};

program
  .command("init")
  .description("write a project with a lab of your own: two networks, a wall between them, and its claims")
  .argument("[folder]", "where; it is made if it is not there (default: this folder)")
  .addHelpText("after", examples(["init my-lab", "then: cd my-lab && npx vethlab up"]))
  .action(async (folder: string | undefined) => does((await import("./commands/init.ts")).init(folder)));

program
  .command("list")
  .description("the labs there are, and which are up")
  .option(...json)
  .addHelpText("after", examples(["list", "what can I build?"]))
  .action(async (options: { json?: boolean }) => does((await import("./commands/list.ts")).list(options)));

program
  .command("status")
  .description("compare what is recorded of a lab (or of all) with what is there")
  .argument(
    lab[0].replace("<lab>", "[lab]"),
    project.builtIn ? lab[1] : "a stack (default: all of the project)",
  )
  .option(...json)
  .addHelpText(
    "after",
    [
      examples(["status", "how are they?"], ["status user-bridge --json", "for a script"]),
      "",
      "down         nothing of it is there",
      "healthy      as recorded",
      "stopped      a host's container is stopped         gone     something is not there any more",
      "drifted      something else differs                running  something works on it now",
      "interrupted  a run was killed                      unfinished  the last up failed",
      "`vethlab up` mends these, and goes on from where the last one failed.",
    ].join("\n"),
  )
  .action(async (lab: string | undefined, options: { json?: boolean }) =>
    does((await import("./commands/status.ts")).status(lab, options)),
  );

program
  .command("up")
  .description("build a lab, or bring it up to date; repair it first; test its claims at the end")
  .argument(lab[0], project.builtIn ? "a lab, or the name of a stack that exists" : lab[1])
  .option(...named)
  .option(...setting)
  .option("--keep-going", "build on after something has failed")
  .option("--rebuild", "where the lab is not as it was, build it anew on your own engine and machines too")
  .option(...json)
  .option(...junit)
  .addHelpText(
    "after",
    [
      examples(
        ["up user-bridge", "build and test"],
        ["up user-bridge -c connectBox3=true", "change it while it runs"],
        ["up user-bridge --stack second", "one more of the same"],
      ),
      "",
      "A lab that somebody has changed by hand is built anew: its lab hosts that `vethlab status` tells of; and all of",
      "them, once, when claims fail though there was nothing to change. Exit code 1 when claims still fail.",
    ].join("\n"),
  )
  .action(async (lab: string | undefined, options: UpOptions) =>
    does((await import("./commands/up.ts")).up(lab, options)),
  );

program
  .command("preview")
  .description("show what `up` would change, and change nothing")
  .argument(lab[0], project.builtIn ? "a lab, or the name of a stack that exists" : lab[1])
  .option(...named)
  .option(...setting)
  .option(...json)
  .addHelpText(
    "after",
    examples(["preview user-bridge -c connectBox3=true", "one command more, no container replaced"]),
  )
  .action(async (lab: string | undefined, options: { stack?: string; config: string[]; json?: boolean }) =>
    does((await import("./commands/preview.ts")).preview(lab, options)),
  );

program
  .command("verify")
  .description("test the claims of a lab that is up, with packets")
  .argument(...lab)
  .option(...json)
  .option(...junit)
  .addHelpText(
    "after",
    examples(
      ["verify user-bridge", "exit code 1 when a claim fails"],
      ["verify user-bridge --junit out.xml", "for CI"],
    ),
  )
  .action(async (lab: string | undefined, options: { json?: boolean; junit?: string }) =>
    does((await import("./commands/verify.ts")).verify(lab, options)),
  );

withArguments(
  program.command("exec").description("run a command in a node of a lab; ends with its exit code"),
  ["<node>", "box1, ns1, ...; lab hosts are host1, host2, ..."],
  ["[command...]", "behind --"],
)
  .passThroughOptions()
  .addHelpText(
    "after",
    examples(
      ["exec user-bridge box1 -- ping -c 3 box2", "as box1 sees it"],
      ["exec user-bridge host1 -- docker network ls", "the engine of the lab's host"],
      ["exec user-bridge box1 -- sh", "a shell"],
    ),
  )
  .action(async (...given: unknown[]) => {
    const [lab, node = "", ...command] = await argumentsIn(given, 1);
    return does((await import("./commands/exec.ts")).exec(lab, node, command));
  });

withArguments(
  program
    .command("drill")
    .description(
      "make the interventions of an experiment on a lab that is up, test what they show, undo them",
    ),
  ["[name]", "the drill (default: all of the lab's, one after another)"],
)
  .option("--list", "what drills there are, and do nothing")
  .option("--step", "wait for the Enter key before each step")
  .option("--undo", "undo what a drill that was killed has left")
  .option(...json)
  .addHelpText(
    "after",
    examples(
      ["drill user-bridge --list", "what can be tried?"],
      ["drill user-bridge --step", "step by step"],
      ["drill user-bridge --undo", "after a drill was killed"],
    ),
  )
  .action(async (...given: unknown[]) => {
    const [lab, name] = await argumentsIn(given, 0);
    const options = given.at(-2) as { list?: boolean; step?: boolean; undo?: boolean; json?: boolean };
    return does((await import("./commands/drill.ts")).drill(lab, name, options));
  });

withArguments(
  program
    .command("trace")
    .description(
      "send one packet, and tell its way hop by hop: interfaces, routes, every rule that it matches",
    ),
  ["<from>", "the node that sends"],
  ["<to>", "NODE[@NETWORK][:PORT] or ADDRESS[:PORT]: a TCP connection with a port, else a ping"],
)
  .option(...json)
  .addHelpText(
    "after",
    examples(
      ["trace user-bridge box1 box3", "what stops a packet between two bridges?"],
      ["trace port-publish outside host1:8080", "how does a published port work?"],
    ),
  )
  .action(async (...given: unknown[]) => {
    const [lab, from = "", to = ""] = await argumentsIn(given, 2);
    const options = given.at(-2) as { json?: boolean };
    return does((await import("./commands/trace.ts")).trace(lab, from, to, options));
  });

withArguments(
  program
    .command("capture")
    .description("show the packets at a node's interfaces or on a network, or write them for Wireshark"),
  ["<where>", "a node, or a network (at its bridge)"],
)
  .option("--write <file>", "write a pcap file instead of text; - is the standard output")
  .option(
    "--filter <expression>",
    "only these packets: icmp, tcp port 80 and host 172.18.0.2, ... (pcap-filter(7))",
  )
  .option("--count <n>", "end after so many packets")
  .option("--seconds <s>", "end after so long")
  .addHelpText(
    "after",
    examples(
      ["capture user-bridge box1 --filter icmp", "live; Ctrl-C ends it"],
      ["capture user-bridge my-bridge --write my-bridge.pcap --seconds 10", "a file for Wireshark"],
      ["capture user-bridge box1 --write - | wireshark -k -i -", "Wireshark, live"],
    ),
  )
  .action(async (...given: unknown[]) => {
    const [lab, where = ""] = await argumentsIn(given, 1);
    const options = given.at(-2) as { write?: string; filter?: string; count?: string; seconds?: string };
    return does((await import("./commands/capture.ts")).capture(lab, where, options));
  });

program
  .command("graph")
  .description(
    "draw a lab that stands: hosts, nodes, networks, addresses, and the walls that its claims tell of",
  )
  .argument(...lab)
  .option(
    "--write <file>",
    "write a drawing (.svg), or what Graphviz draws it from (.dot), instead of showing the latter",
  )
  .addHelpText(
    "after",
    examples(
      ["graph user-bridge --write user-bridge.svg", "for a browser, a page or a slide"],
      ["graph user-bridge | dot -Tpdf >user-bridge.pdf", "by a Graphviz of your own"],
    ),
  )
  .action(async (lab: string | undefined, options: { write?: string }) =>
    does((await import("./commands/graph.ts")).graph(lab, options)),
  );

program
  .command("down")
  .description("remove a lab, and whatever a run that was killed has left of it")
  .argument(lab[0].replace("<lab>", "[lab]"), lab[1])
  .option("--all", "every lab of this checkout or project")
  .option(...json)
  .addHelpText("after", examples(["down user-bridge", "leaves nothing"], ["down --all", "all labs"]))
  .action(async (lab: string | undefined, options: { all?: boolean; json?: boolean }) =>
    does((await import("./commands/down.ts")).down(lab, options)),
  );

program
  .command("doctor")
  .description(
    "what labs need of this machine: the engine, the kernel, the tools; and which labs can run here",
  )
  .option(...json)
  .addHelpText("after", examples(["doctor", "exit code 3 when no lab can run"]))
  .action(async (options: { json?: boolean }) =>
    does((await import("./commands/doctor.ts")).doctor(options)),
  );

program
  .command("setup")
  .description(
    "put Pulumi, a Docker engine and the images on this machine, once for all projects; `up` does it too",
  )
  .addHelpText("after", examples(["setup", "does nothing when all is there"]))
  .action(async () => does((await import("./commands/setup.ts")).setup()));

program
  .command("env")
  .description("print what makes plain Pulumi work on the labs in a shell")
  .addHelpText(
    "after",
    [
      "\nPlain Pulumi is as good as `vethlab up`, but for its repairs:",
      '  $ eval "$(npx vethlab env)"',
      "  $ pulumi stack init user-bridge                                  # once; `vethlab up` does it too",
      "  $ pulumi config set connectBox3 true --stack user-bridge",
      "  $ pulumi up --stack user-bridge",
      "  $ pulumi destroy --stack user-bridge && pulumi stack rm user-bridge",
    ].join("\n"),
  )
  .action(async () => does((await import("./commands/env.ts")).env()));

program.addHelpText(
  "after",
  [
    examples(["list", "the labs"], ["up user-bridge", "build one and test it"], ["down --all", "remove all"]),
    "",
    "Exit codes: 0 all well, 1 a claim failed (or a step of Pulumi's), 2 wrong use, 3 the machine lacks something.",
    "VETHLAB_DEBUG=1 shows stack traces.",
  ].join("\n"),
);

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
