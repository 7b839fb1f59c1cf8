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
  /** The script's argument that applies the wanted state; safe to repeat. */
  apply: pulumi.Input<string>;
  /** The argument that undoes it. Default: nothing to undo. */
  undo?: string;
  /** All variables that the script reads: the user's environment may have variables of the same names. */
  environment: Record<string, pulumi.Input<string>>;
  /**
   * Whether the script uses the host's engine only, by the docker command. For a virtual machine it then runs beside the
   * machine, where the command is ten times as fast. Default: false.
   */
  engineOnly?: boolean;
  /** Standard input of the script, for secrets, so that no error shows them. Default: none. */
  stdin?: pulumi.Input<string>;
  /** Whether the output is a secret: never shown, and encrypted in the state. Default: false. */
  secret?: boolean;
  /** A change of one of these values undoes the old state first, then applies the new one. */
  triggers?: pulumi.Input<unknown>[];
}

/**
 * A host of containers, networks and namespaces: an engine with a shell. ContainerHost is the default; VmHost has a kernel of
 * its own, LocalHost is the user's own engine, SshHost a machine of the user's.
 */
export interface Host {
  /** host1, host2, ...; `local` for the user's own engine. */
  readonly hostName: string;
  readonly kind: HostKind;
  readonly site: Site;
  /** Version of its engine: `20.10`, `26.1.5`. undefined: not known. */
  readonly engineVersion?: string | undefined;
  /** CIDR of its docker0, when it differs from Docker's default. */
  readonly defaultSubnet?: string | undefined;
  /** Networks in use on a machine of the user's. */
  readonly networksInUse?: readonly NetworkInUse[];
  readonly containersInUse?: readonly ContainerInUse[];
  /** MTU of its interface towards the other hosts, when it differs from Ethernet's 1500. */
  readonly mtuBytes?: number | undefined;
  /** Provider for the host's engine. */
  readonly provider: docker.Provider;
  /** The name on the host's engine for a `name` of the lab. */
  engineName(name: string): string;
  /**
   * An image on the host's engine; a lab host gets a missing image from the user's engine. The image is unknown while a lab
   * host is about to be replaced: so the host's containers are replaced with it. (An unknown label alone makes the provider
   * report an update in place.)
   *
   * @param box the box that takes it
   */
  image(reference: pulumi.Input<string>, box: string): pulumi.Input<string>;
  /** Labels of the resources on the host. */
  readonly labels: { label: string; value: pulumi.Input<string> }[];
  /** Options of a docker resource on the host. */
  inside(parent: pulumi.Resource): pulumi.CustomResourceOptions;
  /** Runs a script on the host, as a command resource; not before `after` stands. */
  exec(
    name: string,
    script: HostScript,
    parent: pulumi.Resource,
    after?: pulumi.Resource[],
  ): command.local.Command;
}

/** Whether a host is the user's, with more on it than the lab: the lab changes only its own things there. */
export function isUsers({ kind }: Pick<Host, "kind">): boolean {
  return kind === "local" || kind === "ssh";
}

/**
 * The arguments of the command resource that runs a script.
 *
 * @param shell the words before a command that run it on the host; none for the user's own machine
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
    // Pulumi would show the output while the command runs, secret or not.
    ...(script.secret === true ? { logging: "none" as const } : {}),
    ...(script.triggers === undefined ? {} : { triggers: script.triggers }),
  };
}

/** `engineName` of the topology; absent when the engine and the lab have the same name. */
export function namedOnEngine(name: string, engineName: string): { engineName?: string } {
  return engineName === name ? {} : { engineName };
}

/**
 * The record of the things that the command of a component makes, for `vethlab up` and `down`. Things in a lab host are not
 * recorded: they go with the host.
 */
export function madeOn(
  host: Host,
  kind: "container" | "network" | "swarm",
  name: string,
): { made?: { kind: string; name: string }[] } {
  return isUsers(host) ? { made: [{ kind, name }] } : {};
}

/** Labels in the form of docker resources. */
export function dockerLabels(site: Site): { label: string; value: string }[] {
  return Object.entries(site.labels).map(([label, value]) => ({ label, value }));
}

/** Labels in the form of scripts: `KEY=VALUE`, a line for each. */
export function labelLines(labels: Host["labels"]): pulumi.Output<string> {
  return pulumi.all(labels).apply((known) => wordLines(known.map(({ label, value }) => `${label}=${value}`)));
}

/** The secret outputs of a script. */
export function secretOutputs({ secret = false }: HostScript): { additionalSecretOutputs?: string[] } {
  return secret ? { additionalSecretOutputs: ["stdout"] } : {};
}
