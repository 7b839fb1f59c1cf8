import { sshTargets, type SshTarget } from "../../topology/ssh.ts";
import { stackConfig } from "../backend.ts";
import type { StackState } from "./state.ts";

/** The ssh machines of a stack: the recorded ones, and the ones in its settings. */
export function sshMachinesOf(stack: string, state: StackState): SshTarget[] {
  const { machines = "", sshConfig } = stackConfig(stack);
  const targets = [...recorded(state), ...sshTargets(machines, sshConfig)];
  return [...new Map(targets.map((target) => [target.url, target])).values()];
}

function recorded({ resources }: StackState): SshTarget[] {
  return resources
    .filter(({ type }) => type === "pulumi:providers:docker")
    .flatMap(({ inputs: { host, sshOpts } }) => {
      if (typeof host !== "string" || !host.startsWith("ssh://")) return [];
      const options = optionsOf(sshOpts);
      const file = options.indexOf("-F");
      return sshTargets(host, file < 0 ? undefined : options[file + 1]);
    });
}

/** Pulumi stores lists in the inputs of a provider as JSON. */
function optionsOf(sshOpts: unknown): string[] {
  const options: unknown = typeof sshOpts === "string" ? JSON.parse(sshOpts) : sshOpts;
  return Array.isArray(options) ? options.map(String) : [];
}
