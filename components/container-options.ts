import { crc32 } from "node:zlib";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type PortPair, portPairs } from "../topology/planned-ports.ts";
import { capabilityName, duration } from "../topology/run-options.ts";
import type { BoxPort, ContainerArgs, Healthcheck, Mount, NamedContainerArgs } from "./container-args.ts";
import type { Host } from "./host.ts";

/** What a container can be told; image, command and entrypoint have places of their own in `docker run`. */
export interface ContainerOptions
  extends Omit<ContainerArgs, "image" | "command" | "entrypoint" | "labels">, NamedContainerArgs {
  ports?: BoxPort[];
}

/** An argument as the provider takes it, and as options of `docker run`. */
interface Option<T> {
  resource: (value: T) => Partial<docker.ContainerArgs>;
  words: (value: T) => pulumi.Input<string[]>;
}

/** Where one is missing, or a name is not an argument, the compiler says so. */
const options: { [Name in keyof ContainerOptions]-?: Option<NonNullable<ContainerOptions[Name]>> } = {
  environment: {
    resource: (all) => ({ envs: assignments(all) }),
    words: (all) => assignments(all).apply((each) => repeated("--env", each)),
  },
  user: {
    resource: (user) => ({ user }),
    words: (user) => pulumi.output(user).apply((known) => ["--user", known]),
  },
  workingDirectory: {
    resource: (workingDir) => ({ workingDir }),
    words: (path) => ["--workdir", path],
  },
  mounts: {
    resource: (mounts) => ({ mounts: mounts.map(mountInputs) }),
    words: (mounts) => repeated("--mount", mounts.map(mountWords)),
  },
  restart: {
    resource: (restart) => {
      const [policy = "", count] = restart.split(":");
      return { restart: policy, ...(count === undefined ? {} : { maxRetryCount: Number(count) }) };
    },
    words: (restart) => ["--restart", restart],
  },
  healthcheck: {
    resource: (check) => ({ healthcheck: healthInputs(check) }),
    words: (check) => {
      const { tests, retries, ...durations } = healthInputs(check);
      return [
        ...["--health-cmd", tests[1]],
        ...(retries === undefined ? [] : ["--health-retries", String(retries)]),
        ...Object.entries(durations).flatMap(([name, value]) => [
          `--health-${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`,
          value,
        ]),
      ];
    },
  },
  capabilities: {
    resource: ({ add, drop }) => ({
      capabilities: {
        ...(add === undefined ? {} : { adds: add.map(capabilityName) }),
        ...(drop === undefined ? {} : { drops: drop.map(capabilityName) }),
      },
    }),
    words: ({ add = [], drop = [] }) => [
      ...repeated("--cap-add", add.map(capabilityName)),
      ...repeated("--cap-drop", drop.map(capabilityName)),
    ],
  },
  sysctls: {
    resource: (sysctls) => ({ sysctls }),
    words: (sysctls) => repeated("--sysctl", Object.entries(sysctls).map(assignment)),
  },
  privileged: {
    resource: (privileged) => ({ privileged: privileged !== false }),
    words: (privileged) => (privileged === false ? [] : ["--privileged"]),
  },
  hostname: {
    resource: (hostname) => ({ hostname }),
    words: (hostname) => ["--hostname", hostname],
  },
  domainname: {
    resource: (domainname) => ({ domainname }),
    words: (domainname) => ["--domainname", domainname],
  },
  dns: {
    resource: (dns) => ({ dns }),
    words: (dns) => repeated("--dns", dns),
  },
  dnsSearch: {
    // One text: the provider would put several in an order of its own, and engines write all into one line.
    resource: (domains) => ({ dnsSearches: [domains.join(" ")] }),
    words: (domains) => repeated("--dns-search", domains),
  },
  dnsOptions: {
    resource: (dnsOpts) => ({ dnsOpts }),
    words: (all) => repeated("--dns-option", all),
  },
  extraHosts: {
    resource: (hosts) => ({ hosts: Object.entries(hosts).map(([host, ip]) => ({ host, ip })) }),
    words: (hosts) =>
      repeated(
        "--add-host",
        Object.entries(hosts).map((pair) => pair.join(":")),
      ),
  },
  ports: {
    resource: (ports) => ({ ports: portInputs(ports) }),
    words: (ports) =>
      repeated(
        "--publish",
        pairsOf(ports).map(
          (pair) => `${pair.hostAddress}:${pair.external}:${pair.internal}/${pair.protocol}`,
        ),
      ),
  },
};

/** What the provider is told of a container. */
export function containerInputs(
  args: ContainerOptions & Pick<ContainerArgs, "command" | "entrypoint">,
): Partial<docker.ContainerArgs> {
  const { command, entrypoint } = args;
  return Object.assign(
    {},
    ...given(args).map(([option, value]) => option.resource(value)),
    command === undefined ? {} : { command },
    entrypoint === undefined ? {} : { entrypoints: entrypoint },
  ) as Partial<docker.ContainerArgs>;
}

/** The options of `docker run` that tell the same, but for entrypoint and command. */
export function containerWords(args: ContainerOptions): pulumi.Output<string[]> {
  return pulumi.all(given(args).map(([option, value]) => option.words(value))).apply((words) => words.flat());
}

/** Ports as the provider takes them, in its order: otherwise Pulumi would see a difference. */
function portInputs(ports: readonly BoxPort[]) {
  return pairsOf(ports)
    .sort((a, b) => a.internal - b.internal)
    .map(({ hostAddress, ...pair }) => ({ ...pair, ip: hostAddress }));
}

/** The same where the network routes: then Docker opens the ports of the box, takes none of the host, and reports none. */
export function routedPorts(ports: readonly BoxPort[] = []): Pick<docker.ContainerArgs, "ports"> {
  return { ports: portInputs(ports).map(({ internal, protocol, ip }) => ({ internal, protocol, ip })) };
}

/** What the topology says of published ports: nothing where there are none. */
export function publishedIn(ports: readonly BoxPort[] = []): { ports?: PortPair[] } {
  return ports.length === 0 ? {} : { ports: pairsOf(ports) };
}

/** The labels of a box: those of its host, and its own. */
export function labelsFor(host: Host, { labels = {} }: Pick<ContainerArgs, "labels">): Host["labels"] {
  return [...host.labels, ...Object.entries(labels).map(([label, value]) => ({ label, value }))];
}

/**
 * Options for a container's resource beside those of its host: the provider reports changes of these as updates, and then
 * does nothing.
 */
export const replacedWith = { replaceOnChanges: ["mounts", "healthcheck"] };

/**
 * The order in which the provider tells an engine a list that is a set to it: by the texts' checksums
 * (Terraform's schema.Set).
 */
export function asSet(texts: readonly string[]): string[] {
  const key = (text: string) => String(crc32(text));
  return [...new Set(texts)].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function given(args: ContainerOptions): [Option<unknown>, unknown][] {
  return Object.entries(options).flatMap(([name, option]): [Option<unknown>, unknown][] => {
    const value = args[name as keyof ContainerOptions];
    return value === undefined ? [] : [[option as Option<unknown>, value]];
  });
}

function assignments(all: NonNullable<ContainerArgs["environment"]>): pulumi.Output<string[]> {
  return pulumi.output(all).apply((known) => Object.entries(known).map(assignment));
}

function assignment([name, value]: [string, string]): string {
  return `${name}=${value}`;
}

function repeated(option: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [option, value]);
}

function mountInputs(mount: Mount): docker.types.input.ContainerMount {
  const { type, target } = mount;
  if (mount.type === "tmpfs") {
    const { sizeBytes, mode } = mount;
    return sizeBytes === undefined && mode === undefined
      ? { type, target }
      : { type, target, tmpfsOptions: { sizeBytes, mode } };
  }
  const source = mount.type === "bind" ? mount.source : mount.source?.engineName;
  return {
    type,
    target,
    ...(source === undefined ? {} : { source }),
    ...(mount.readOnly === true ? { readOnly: true } : {}),
  };
}

/** One value of `--mount`: fields of CSV. */
function mountWords(mount: Mount): string {
  const fields = [`type=${mount.type}`, `target=${mount.target}`];
  if (mount.type === "bind") fields.push(`source=${mount.source}`);
  if (mount.type === "volume" && mount.source !== undefined) fields.push(`source=${mount.source.engineName}`);
  if (mount.type !== "tmpfs" && mount.readOnly === true) fields.push("readonly");
  if (mount.type === "tmpfs" && mount.sizeBytes !== undefined) fields.push(`tmpfs-size=${mount.sizeBytes}`);
  if (mount.type === "tmpfs" && mount.mode !== undefined) fields.push(`tmpfs-mode=${mount.mode.toString(8)}`);
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

function healthInputs(check: Healthcheck) {
  const { command, intervalSeconds, timeoutSeconds, startPeriodSeconds, startIntervalSeconds, retries } =
    check;
  const durations = {
    interval: intervalSeconds,
    timeout: timeoutSeconds,
    startPeriod: startPeriodSeconds,
    startInterval: startIntervalSeconds,
  };
  return {
    tests: ["CMD-SHELL", command] as [string, string],
    ...(retries === undefined ? {} : { retries }),
    ...(Object.fromEntries(
      Object.entries(durations).flatMap(([name, seconds]) =>
        seconds === undefined ? [] : [[name, duration(seconds)]],
      ),
    ) as Partial<Record<keyof typeof durations, string>>),
  };
}

/** Single ports, each with its protocol. */
export function pairsOf(ports: readonly BoxPort[]): PortPair[] {
  return ports.flatMap(({ protocol = "tcp", ...port }) => portPairs({ ...port, protocol }));
}
