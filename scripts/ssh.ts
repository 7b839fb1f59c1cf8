import { sshWords, type SshTarget } from "../topology/ssh.ts";
import { scriptCall, wordLines } from "./index.ts";

/** The words before a command that run it on a machine over ssh, with a terminal where there is one. */
export function sshShell(target: SshTarget): string[] {
  return scriptCall("ssh", [], { OPTIONS: wordLines(sshWords(target)) });
}
