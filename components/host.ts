import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { HostKind } from "../topology/config.ts";
import type { ContainerInUse, NetworkInUse } from "../topology/machine.ts";
import { scriptWords, scriptWordsThere, wordLines } from "../scripts/index.ts";
import type { Site } from "./site.ts";

/** A script that runs on a host: applied at creation, again whenever it changes, and undone at the end. */
export interface HostScript {
  /** Its file in scripts/, without `.sh`. */
  file: string;
  /** The script's argument with which it brings about what is wanted; safe to repeat. */
  apply: pulumi.Input<string>;
  /** The argument with which it undoes that. Default: nothing is to be undone. */
  undo?: string;
  /** The variables that it reads: all of them, since the user's own may have the same names. */
  environment: Record<string, pulumi.Input<string>>;
  /**
   * Whether the script asks nothing but the host's engine, by the docker command. A virtual machine's engine is then
   * asked from beside the machine, where the command is ten times as fast. Default: false.
   */
  engineOnly?: boolean;
  /** What the script reads on its standard input; where a secret comes in, so that no error shows it. Default: nothing. */
  stdin?: pulumi.Input<string>;
  /** Whether what the script prints is a secret: then it is never shown, and encrypted in the state. Default: false. */
  secret?: boolean;
  /** When one of these values changes the old state is undone and applied anew, instead of applied over. */
  triggers?: pulumi.Input<unknown>[];
}

/**
 * Where containers, networks and namespaces stand: an engine, and a shell beside it. ContainerHost is the default;
 * VmHost has a kernel of its own, LocalHost is the user's own engine, SshHost a machine of the user's.
 */
export interface Host {
  /** host1, host2, ...; `local` for the user's own engine. */
  readonly hostName: string;
  readonly kind: HostKind;
  readonly site: Site;
  /** CIDR of its docker0, where that is not Docker's own choice. */
  readonly defaultSubnet?: string | undefined;
  /** What is in use on the machine already, where it is the user's. */
  readonly networksInUse?: readonly NetworkInUse[];
  readonly containersInUse?: readonly ContainerInUse[];
  /** MTU of its interface towards the other hosts, where that is not Ethernet's 1500. */
  readonly mtuBytes?: number | undefined;
  /** Provider for the host's engine. */
  readonly provider: docker.Provider;
  /** Name on the host's engine of what the lab calls `name`. */
  engineName(name: string): string;
  /**
   * An image on the host's engine. On a lab host it is not known while the host is about to be replaced, so that the
   * host's containers are replaced with it (an unknown label alone makes the provider report an update in place).
   */
  image(reference: pulumi.Input<string>): pulumi.Input<string>;
  /** Labels for what stands on the host. */
  readonly labels: { label: string; value: pulumi.Input<string> }[];
  /** Options for a docker resource that stands on the host. */
  inside(parent: pulumi.Resource): pulumi.CustomResourceOptions;
  /** Runs a script on the host, as a command resource; not before `after` stands. */
  exec(
    name: string,
    script: HostScript,
    parent: pulumi.Resource,
    after?: pulumi.Resource[],
  ): command.local.Command;
}

/** Whether a host is the user's, who has more on it than the lab: nothing of it is changed but what the lab makes there. */
export function isUsers({ kind }: Pick<Host, "kind">): boolean {
  return kind === "local" || kind === "ssh";
}

/**
 * The arguments of the command resource that runs a script.
 *
 * @param shell the words before a command that run it on the script's host; none for the user's own machine
 */
export function commandArgs(shell: readonly string[], script: HostScript): command.local.CommandArgs {
  const { file, environment } = script;
  return {
    interpreter:
      shell.length === 0 ? scriptWords(file) : scriptWordsThere(shell, Object.keys(environment), file),
    environment,
    create: script.apply,
    addPreviousOutputInEnv: false,
    ...(script.undo === undefined ? {} : { delete: script.undo }),
    ...(script.stdin === undefined ? {} : { stdin: script.stdin }),
    // It would be shown as it runs, secret or not.
    ...(script.secret === true ? { logging: "none" as const } : {}),
    ...(script.triggers === undefined ? {} : { triggers: script.triggers }),
  };
}

/** What the topology says of the name of something on a host's engine: nothing where the lab has the same. */
export function namedOnEngine(name: string, engineName: string): { engineName?: string } {
  return engineName === name ? {} : { engineName };
}

/**
 * What a component records of what its command makes, so that `vethlab up` and `down` know it. Inside a lab host nothing is
 * recorded: that goes with the host.
 */
export function madeOn(
  host: Host,
  kind: "container" | "network" | "swarm",
  name: string,
): { made?: { kind: string; name: string }[] } {
  return isUsers(host) ? { made: [{ kind, name }] } : {};
}

/** Labels in the form that docker resources take. */
export function dockerLabels(site: Site): { label: string; value: string }[] {
  return Object.entries(site.labels).map(([label, value]) => ({ label, value }));
}

/** Labels for a script that gives them to what it makes: `KEY=VALUE`, a line for each. */
export function labelLines(labels: Host["labels"]): pulumi.Output<string> {
  return pulumi.all(labels).apply((known) => wordLines(known.map(({ label, value }) => `${label}=${value}`)));
}

/** The outputs of such a command that are secret. */
export function secretOutputs({ secret = false }: HostScript): { additionalSecretOutputs?: string[] } {
  return secret ? { additionalSecretOutputs: ["stdout"] } : {};
}
