import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where administrators' programs lie; an ordinary user's PATH often lacks these. */
const alsoIn = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** PATH with the folders of administrators' programs behind it. */
export function widePath(path = process.env["PATH"] ?? ""): string {
  return [path, ...alsoIn].join(delimiter);
}

/** The file that a command's name stands for, or undefined. */
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

/** What a short command answered. */
export interface Answer {
  ok: boolean;
  stdout: string;
  stderr: string;
}

/**
 * Asks a short question of another program and never throws: a program that is missing, fails, or does not answer
 * in time has not answered. (execa serves what runs longer; loading it takes longer than most of these questions.)
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
