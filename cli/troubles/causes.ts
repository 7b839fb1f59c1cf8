/*
 * What Docker says when it refuses something, in the words of a lab. Docker has no codes for these: its messages are
 * recognized by their words, and one that is not recognized stays as it is.
 */

import { namePrefix } from "../../topology/scope.ts";
import { scopeOf } from "../../toolchain/project.ts";

/** What a message of Docker's means for the part of the lab that it concerns. */
export interface Cause {
  /** What is wrong, behind the name of the part: `the address 172.18.0.2 is taken`. */
  what: string;
  /** What to look for on the engine, to tell who is concerned. Default: nothing. */
  holderOf?: Taken;
  /** The next step, where nobody holds what was asked for. */
  next?: string;
  /** Whether it may work on a lab host that is built anew. */
  anewMayHelp: boolean;
}

/** Something that only one may have, and another one has. */
export type Taken =
  | { kind: "address"; address: string; network: string }
  | { kind: "port"; port: string }
  | { kind: "subnet"; subnet: string }
  | { kind: "plug"; network: string }
  | { kind: "name"; name: string; of: "container" | "network" };

/** What is known of the part of the lab that a message concerns. */
export interface Part {
  /** Its name in the lab. */
  name: string;
  /** The host that it stands on, in words: `host1`, `this machine`. */
  host: string;
  /** The words before `docker` that reach the host's engine by hand. */
  byHand: string;
  /** The inputs of the Pulumi resource. */
  inputs: Readonly<Record<string, unknown>>;
  stack: string;
}

type Reading = (found: RegExpExecArray, part: Part) => Cause;

const readings: readonly (readonly [RegExp, Reading])[] = [
  [
    /unable to pull image (\S+): (?:error pulling image \S+: )?([^]*)/,
    ([, image = "", why = ""], { host, byHand }) => ({
      what: `the image ${image} is not on ${host}, and cannot be pulled: ${whyNotPulled(why)}`,
      next: `take an image that is there, or bring it: docker save ${image} | ${byHand}docker load`,
      anewMayHelp: false,
    }),
  ],
  [
    /unable to bring image (\S+) to (\S+): ([^]*)/,
    ([, image = "", host = "", why = ""]) => ({
      what: `the image ${image} is neither on ${host} nor on this machine, and cannot be pulled: ${whyNotPulled(why)}`,
      next: `take an image that is there, or bring it to this machine (docker pull ${image}, docker build --tag ${image})`,
      anewMayHelp: false,
    }),
  ],
  [
    /userland proxy: protocol not supported/,
    (_found, { host }) => ({
      what: `the kernel of ${host} has no SCTP, and publishes no such port`,
      next: "load it (modprobe sctp), or leave the port out",
      anewMayHelp: false,
    }),
  ],
  [
    /listen \w+ (\S+):(\d+): bind: cannot assign requested address/,
    ([, address = "", port = ""], { host }) => ({
      what: `port ${port} cannot be published on ${address}, which is no address of ${host}`,
      next: `publish it on an address that ${host} has (ip -brief address), or on all of them`,
      anewMayHelp: false,
    }),
  ],
  [
    /bind source path does not exist: (\S+)/,
    ([, path = ""], { host }) => ({
      what: `there is no ${path} on ${host} to mount`,
      next: `mount a path that ${host} has, or a volume`,
      anewMayHelp: false,
    }),
  ],
  [
    /unable to find (user|group) ([^:]+): no matching entries/,
    ([, what = "", name = ""], { inputs }) => ({
      what: `its image ${String(inputs["image"])} has no ${what} ${name}`,
      next: `use one that the image has, or a number`,
      anewMayHelp: false,
    }),
  ],
  [
    /exec: "([^"]+)": (?:executable file not found|stat \S+: no such file|permission denied)/,
    ([, command = ""], { inputs }) => ({
      what: `its image ${String(inputs["image"])} has no program "${command}" to run`,
      next: `give it a command that the image has, or an image that has the command`,
      anewMayHelp: false,
    }),
  ],
  [
    /constraint expected [^]*/,
    ([why]) => ({
      what: `Docker does not understand its constraint: ${why}`,
      next: "write it with == or !=: node.role==worker",
      anewMayHelp: false,
    }),
  ],
  [
    /has not converged[^]*(No such image|non-zero exit)/,
    ({ input }, { name }) => ({
      what: input,
      next: `give ${name} an image that its hosts have, and a command that does not end`,
      anewMayHelp: false,
    }),
  ],
  [
    /:(\d+) failed: port is already allocated|listen \w+ \S+:(\d+): bind: address already in use/,
    ([, allocated, listened], { host }) => {
      const port = allocated ?? listened ?? "";
      return {
        what: `port ${port} of ${host} is taken`,
        holderOf: { kind: "port", port },
        next: `a program of ${host} listens there (ss -lntup 'sport = :${port}'): stop it, or publish another port`,
        anewMayHelp: true,
      };
    },
  ],
  [
    /Address already in use/,
    (_found, { inputs, name }) => {
      const { address, network } = fixedPlace(inputs);
      return {
        what: `the address ${address} on ${network} is taken`,
        holderOf: { kind: "address", address, network },
        next: `give ${name} another address`,
        anewMayHelp: true,
      };
    },
  ],
  [
    /Pool overlaps with other one/,
    (_found, { inputs, name, host }) => {
      const subnet = parametersIn(inputs)["SUBNET"] ?? "";
      return {
        what: `its subnet ${subnet} is taken on ${host}`,
        holderOf: { kind: "subnet", subnet },
        next: `give ${name} another subnet`,
        anewMayHelp: true,
      };
    },
  ],
  [
    /network (\S+)(?: id \w+)? has active endpoints/,
    ([, network = ""]) => ({
      what: "it cannot be removed while something is plugged in",
      holderOf: { kind: "plug", network },
      anewMayHelp: true,
    }),
  ],
  [
    /The container name "\/?([^"]+)" is already in use|network with name (\S+) already exists/,
    ([, container, network = ""]) => {
      const [name, of] = container === undefined ? [network, "network"] : [container, "container"];
      return {
        what: `its name ${name} is taken on the engine`,
        holderOf: { kind: "name", name, of: of as "container" | "network" },
        anewMayHelp: true,
      };
    },
  ],
  [
    /Cannot connect to the Docker daemon|Error pinging Docker server|error during connect/,
    (_found, { host, stack }) => ({
      what: `the engine of ${host} does not answer`,
      next: `npx vethlab up ${stack} looks again, and builds a lab host anew whose engine stays silent`,
      anewMayHelp: true,
    }),
  ],
  [
    /No such container: (\S+)|[Cc]ontainer (\S+) is not running/,
    ([, gone, stopped = ""], { stack }) => ({
      what: `${inLab(gone ?? stopped, stack)} ${gone === undefined ? "has stopped" : "is gone"}`,
      next: `npx vethlab up ${stack} builds it anew`,
      anewMayHelp: true,
    }),
  ],
  [
    /no space left on device/,
    (_found, { host }) => ({
      what: `the disk of ${host} is full`,
      next: "free some space (labs need up to 3 GB)",
      anewMayHelp: false,
    }),
  ],
];

/** What a message means; one that is not known stays as it is. */
export function causeOf(message: string, part: Part): Cause {
  for (const [words, reading] of readings) {
    const found = words.exec(message);
    if (found !== null) return reading(found, part);
  }
  return { what: message, anewMayHelp: true };
}

/** The name in the lab of something that carries the stack's name on an engine of the user's. */
export function inLab(engineName: string, stack: string): string {
  const prefix = namePrefix(scopeOf(stack));
  return engineName.startsWith(prefix) ? engineName.slice(prefix.length) : engineName;
}

function whyNotPulled(why: string): string {
  const unknown = /lookup (\S+) .*: no such host/.exec(why)?.[1];
  if (unknown !== undefined) return `nobody knows ${unknown}`;
  const [, silent, reason] = /dial tcp (\S+): (?:connect: )?(.*)/.exec(why) ?? [];
  if (silent !== undefined) return `${silent} does not answer (${reason})`;
  return /manifest (?:for .* not found|unknown)|pull access denied/.test(why)
    ? "its registry has no such image"
    : why;
}

/** The parameters of a script. */
function parametersIn(inputs: Part["inputs"]): Record<string, string | undefined> {
  return (inputs["environment"] ?? {}) as Record<string, string>;
}

/** The place on a network that a box or an attachment asks for: inputs of the former, parameters of the latter. */
function fixedPlace(inputs: Part["inputs"]): { address: string; network: string } {
  const { ADDRESS: address, NETWORK: network } = parametersIn(inputs);
  if (address !== undefined && network !== undefined) return { address, network };
  const networks = (inputs["networksAdvanced"] ?? []) as { name: string; ipv4Address?: string }[];
  const fixed = networks.find(({ ipv4Address }) => ipv4Address !== undefined);
  return { address: fixed?.ipv4Address ?? "that it asks for", network: fixed?.name ?? "its network" };
}
