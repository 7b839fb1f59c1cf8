import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Folders of administrators' programs; the PATH of an ordinary user often lacks them. */
const alsoIn = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** PATH, followed by the folders of administrators' programs. */
export function widePath(path = process.env["PATH"] ?? ""): string {
  return [path, ...alsoIn].join(delimiter);
}

/** The file of a command, or undefined. */
export function which(name: string, path = widePath()): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The output of a short command. */
export interface Answer {
  ok: boolean;
  stdout: string;
  stderr: string;
}

/**
 * Runs a short command and never throws: a program that is missing, fails, or does not end in time is a result too.
 * (execa is for longer commands; loading execa takes longer than most of the commands here.)
 *
 * @param timeoutMs milliseconds until the program is ended; default 5000
 */
export function ask(
  command: string,
  args: readonly string[],
  { env = process.env, timeoutMs = 5000 }: { env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { env, timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({ ok: !error, stdout, stderr: stderr || (error?.message ?? "") });
      },
    );
  });
}
