import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { tellsProblems } from "../topology/problems.ts";
import { MachineLacks } from "../toolchain/lacks.ts";
import { project } from "../toolchain/project.ts";
import { Failed, WrongUse } from "./exit.ts";
import { urnName, urnType } from "./mending/state.ts";

/*
 * Runs Pulumi's CLI in the way the Automation API does, with the same events, but straight: loading the API, its two
 * questions before a run and its two after one make a second `up` 1.8 s longer, and that has 4 s in all.
 */

/** What went wrong in a run, without what Pulumi and its providers put around it. */
export interface Diagnostic {
  /** The resource's name; absent where it concerns none. */
  resource?: string;
  /** Types of the components around it, and its own. */
  type?: string;
  message: string;
  /** What Pulumi has told of the resource before. */
  about?: About;
}

/** A resource, as Pulumi tells of it when it begins to work on it. */
interface About {
  /** URN of the component that it is a part of. */
  component: string;
  /** URN of its provider, with the provider's id. */
  provider: string;
  inputs: Record<string, unknown>;
}

/** How a run ended. */
export interface RunResult {
  ok: boolean;
  errors: Diagnostic[];
  /** What was done, such as `{ create: 3, same: 12 }`. */
  changes: Partial<Record<string, number>>;
}

/**
 * Runs `pulumi <args>` and answers with what it wrote.
 *
 * @throws Failed with Pulumi's own words
 */
export async function pulumi(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run([...args, "--non-interactive"]);
  if (code !== 0) {
    const said = errorsInJson(stdout) ?? (plain(stderr) || plain(stdout));
    throw failure(said, `pulumi ${args.slice(0, 2).join(" ")}: `);
  }
  return stdout;
}

/** The error that a run has ended with: wrong use when the program has refused the lab as it was asked for. */
export function failure(said: string, where = ""): Failed | WrongUse {
  return tellsProblems(said) ? new WrongUse(said) : new Failed(`${where}${said}`);
}

/** The errors in what a command with --json wrote; undefined when it wrote none of that form. */
function errorsInJson(stdout: string): string | undefined {
  try {
    const { diagnostics = [] } = JSON.parse(stdout) as {
      diagnostics?: { severity: string; message: string }[];
    };
    const errors = diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ message }) => plain(message));
    return errors.length > 0 ? errors.join("\n") : undefined;
  } catch {
    return undefined;
  }
}

/** Runs an operation that changes a stack (up, destroy, refresh) and passes on its events as they happen. */
export async function pulumiOperation(
  args: readonly string[],
  onEvent: (event: EngineEvent) => void = () => undefined,
): Promise<RunResult> {
  const errors: Diagnostic[] = [];
  const begun = new Map<string, About>();
  let changes: RunResult["changes"] = {};
  const { code, stderr } = await run(
    [...args, "--yes", "--skip-preview", "--json", "--non-interactive"],
    (line) => {
      const event = parseEvent(line);
      if (event === undefined) return;
      const { diagnosticEvent: diagnostic, summaryEvent: summary, resourcePreEvent: begins } = event;
      if (begins) begun.set(begins.metadata.urn, aboutOf(begins.metadata));
      if (diagnostic?.severity === "error") errors.push(diagnosticOf(diagnostic, begun));
      if (summary) changes = summary.resourceChanges;
      onEvent(event);
    },
  );
  if (code !== 0 && errors.length === 0) errors.push({ message: plain(stderr) || "pulumi ended" });
  return { ok: code === 0, errors: distinct(errors), changes };
}

/** The errors of a run as one text. */
export function describeDiagnostics(errors: readonly Diagnostic[]): string {
  return errors
    .map(({ resource, message }) => (resource === undefined ? message : `${resource}: ${message}`))
    .join("\n");
}

function aboutOf({ new: after, old: before, provider }: StepEventMetadata): About {
  const { parent = "", inputs = {} } = after ?? before ?? {};
  return { component: parent, provider, inputs };
}

/** An error as Pulumi reports it, with what was told of its resource. */
export function diagnosticOf(
  { urn, message }: { urn?: string; message: string },
  begun: ReadonlyMap<string, About>,
): Diagnostic {
  // What concerns the program as a whole is reported at the stack's own resource.
  if (!urn || urnType(urn) === "pulumi:pulumi:Stack") return { message: plain(message) };
  const about = begun.get(urn);
  return {
    resource: urnName(urn),
    type: urnType(urn),
    message: plain(message),
    ...(about === undefined ? {} : { about }),
  };
}

/**
 * Without colours, the word "error:", the headings of Pulumi, Terraform and Docker that say nothing, and the script of a
 * command that has itself told what is wrong.
 */
export function plain(message: string): string {
  return message
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replaceAll(/^error: /gm, "")
    .replaceAll(/^\s*\* /gm, "")
    .replaceAll(/^(?:\w+ urn:\S+: )?\d+ errors? occurred:\n/gm, "")
    .replaceAll(/^\s*sdk-v2\/\S+ sdk\.helper_schema: (.*): provider=\S+$/gm, "$1")
    .replaceAll(/^exit status \d+: running "(?:[^"\\]|\\.)*":\n(?=\S)/gm, "")
    .replaceAll(/(?<=\S\n)exit status \d+$/gm, "")
    .replaceAll(/^Unable to \w+ container(?: with image \S+)?: /gm, "")
    .replaceAll("Error response from daemon: ", "")
    .trim();
}

/** Each error once: the docker provider tells all of its twice, and Pulumi adds that the whole has failed. */
export function distinct(errors: readonly Diagnostic[]): Diagnostic[] {
  const telling = errors.filter(({ message }) => !/^(?:update|destroy|refresh) failed$/.test(message));
  return telling.filter(
    ({ resource, message }, i) =>
      telling.findIndex((other) => other.resource === resource && other.message === message) === i,
  );
}

function parseEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  return JSON.parse(line) as EngineEvent;
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: readonly string[], onLine?: (line: string) => void): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", args, { cwd: project.root, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    if (onLine) createInterface(child.stdout).on("line", onLine);
    else child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const release = passOnSignals((signal) => child.kill(signal));
    child.on("error", (error) => {
      release();
      reject(
        new MachineLacks(`Pulumi could not be run: ${error.message}.`, "`npx vethlab setup` installs it."),
      );
    });
    child.on("close", (code, signal) => {
      release();
      if (signal !== null) stderr += `\npulumi was ended by ${signal}`;
      resolve({ code: code ?? 1, stdout, stderr });
    });
  });
}

/**
 * Pulumi finishes what it has begun when it is interrupted. Ctrl-C on a terminal reaches it without us, and a second
 * one would make it leave at once: we only wait. What is sent to this process alone is passed on.
 */
function passOnSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const wait = (): void => {
    if (!process.stdin.isTTY) send("SIGINT");
  };
  const stop = (): void => {
    send("SIGINT");
  };
  process.on("SIGINT", wait).on("SIGTERM", stop).on("SIGHUP", stop);
  return () => {
    process.off("SIGINT", wait).off("SIGTERM", stop).off("SIGHUP", stop);
  };
}
