import { LabError, type Problem } from "./problems.ts";

/** A machine of the user's that a lab stands on, reached by ssh. */
export interface SshTarget {
  /** `ssh://user@host:port`, as DOCKER_HOST has it. */
  url: string;
  /** `user@host`; without user ssh's own choice. */
  destination: string;
  port?: number;
  /** File of ssh_config(5) that is used instead of the user's own. */
  configFile?: string;
}

/** Everything over ssh must answer within this time. */
export const SSH_LIMIT_SECONDS = 10;

/**
 * Reads the settings `machines` (ssh:// addresses, separated by commas) and `sshConfig`.
 *
 * @throws LabError with every address that is none, and what is there twice
 */
export function sshTargets(machines: string, configFile?: string): SshTarget[] {
  const written = machines
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  const problems = written.flatMap((one, index): Problem[] => {
    const place = "config.machines";
    if (!ADDRESS.test(one)) {
      const fix = "for example ssh://root@10.0.0.1, or ssh://lab@machine:2222";
      return [{ place, value: one, allowed: "must be ssh://USER@HOST or ssh://USER@HOST:PORT", fix }];
    }
    return written.indexOf(one) === index
      ? []
      : [{ place, value: one, allowed: "is there twice", fix: "name each machine once" }];
  });
  if (problems.length > 0) throw new LabError(problems);
  return written.map((url) => {
    const [, destination = "", port] = ADDRESS.exec(url) ?? [];
    return {
      url,
      destination,
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(configFile === undefined ? {} : { configFile }),
    };
  });
}

const ADDRESS = /^ssh:\/\/((?:[\w.-]+@)?[A-Za-z0-9][\w.-]*)(?::(\d{1,5}))?$/;

/** The options of ssh for a machine, its port excepted: never a question, and no wait for one that has gone silent. */
export function sshOptions({ configFile }: Pick<SshTarget, "configFile">): string[] {
  return [
    ...(configFile === undefined ? [] : ["-F", configFile]),
    ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${SSH_LIMIT_SECONDS - 2}`],
    ...["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=2"],
  ];
}

/** The words of ssh before the command that runs on a machine. */
export function sshWords(target: SshTarget): string[] {
  const { destination, port } = target;
  return [...sshOptions(target), ...(port === undefined ? [] : ["-p", String(port)]), "--", destination];
}
