import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { execa } from "execa";
import type { Declared } from "./mocked.ts";

// Programs start slowly on a busy machine.
jest.setTimeout(60_000);

/** What a command did that ran among programs that only write down how they are called. */
export interface Ran {
  /** Each call of such a program, in order: `docker network rm my-bridge`. Words with other characters are quoted. */
  calls: string[];
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** The files that it left in the folder in which it ran. */
  files: string[];
}

/** The variables of the environment that a script reads. */
export function variablesIn(text: string): string[] {
  const names = [...text.matchAll(/\$\{?([A-Z][A-Z_]*)/g)].map(([, name = ""]) => name);
  return [...new Set(names)].filter((name) => name !== "SECONDS").toSorted();
}

/** Answers of an engine that has nothing. */
export const absent = 'case "$*" in *" inspect "*) exit 1 ;; esac';

/** Each stands for one that does something. Those that lead to a host run there what they are told: it is this machine. */
const programs = [
  ...["cat", "curl", "docker", "ip", "iptables", "nsenter", "pgrep", "sleep", "ssh", "tcpdump", "vethlab-vm"],
  ...["iptables-restore", "iptables-save", "xtables-monitor"],
];

const stub = [
  "#!/usr/bin/env bash",
  "program=${0##*/}",
  'case "$program $1 $2" in',
  '  "docker exec -i") exec "${@:4}" ;;',
  '  "vethlab-vm exec "*) exec "${@:2}" ;;',
  '  ssh*) exec sh -c "${!#}" ;;',
  "esac",
  `call=$(printf '%q ' "$program" "$@")`,
  'echo "${call% }" >>"$CALLS"',
  'eval "$ANSWERS"',
  "",
].join("\n");

/**
 * Runs a declared command as Pulumi's plugin does, but among programs that do nothing.
 *
 * @param which what is run; `undo`: what deletes, after what creates has run in the same place
 * @param answers what these programs do, in bash: `case "$*" in "network inspect"*) exit 1 ;; esac`
 */
export async function run(
  { inputs }: Pick<Declared, "inputs">,
  which: "create" | "delete" | "undo" = "create",
  answers = "",
  input = "",
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "vethlab-ran-"));
  try {
    const bin = join(folder, "bin");
    const cwd = join(folder, "work");
    const log = join(folder, "calls");
    mkdirSync(bin);
    mkdirSync(cwd);
    writeFileSync(log, "");
    writeFileSync(join(bin, "stub"), stub);
    chmodSync(join(bin, "stub"), 0o755);
    for (const program of programs) symlinkSync("stub", join(bin, program));
    const [command = "", ...words] = inputs["interpreter"] as string[];
    const options = {
      cwd,
      env: {
        ...(inputs["environment"] as Record<string, string>),
        // Not this machine's.
        OWNERS: "owners",
        PATH: `${bin}:${process.env["PATH"] ?? ""}`,
        CALLS: log,
        ANSWERS: answers,
      },
      input,
      reject: false,
      timeout: 20_000,
    };
    if (which === "undo") {
      await execa(command, [...words, String(inputs["create"])], options);
      writeFileSync(log, "");
    }
    const argument = String(inputs[which === "undo" ? "delete" : which]);
    const { exitCode, stdout, stderr } = await execa(command, [...words, argument], options);
    const files = readdirSync(cwd);
    return { calls: readFileSync(log, "utf8").split("\n").filter(Boolean), exitCode, stdout, stderr, files };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
