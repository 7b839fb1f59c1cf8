import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";

import { normalizeCidr } from "cidr-tools";

import { HOME_LABEL, STACK_LABEL } from "../topology/labels.ts";
import type { ContainerInUse, Machine, NetworkInUse } from "../topology/machine.ts";
import { subnetsToAvoid } from "../topology/underlay.ts";
import { type Engine, engineEnvironment, reachableEngine } from "./engine.ts";
import { project, resultsFile } from "./project.ts";
import { ask } from "./programs.ts";
import { vmStart } from "./vm-snapshot.ts";

/** The machine and its engine, as labs need to know them. */
export interface MachineWithEngine extends Machine {
  engine: { version: string; apiVersion: string; kernel: string; inVm: boolean };
}

/**
 * Looks at the machine: subnets of the engine's networks, of the machine's interfaces and routes. Takes about a tenth
 * of a second and changes nothing.
 *
 * @param stack the stack whose running containers are listed
 * @throws MachineLacks when no engine answers
 */
export async function lookAtMachine(stack: string): Promise<MachineWithEngine> {
  const engine = await reachableEngine();
  const [ofDocker, ofRoutes, containers, images, inVm] = await Promise.all([
    dockerNetworks(engine),
    routes(),
    dockerContainers(engine),
    ownImages(engine),
    isInVm(engine),
  ]);
  const { version, apiVersion, kernel } = engine;
  const vm = vmStart(engine);
  return {
    engine: { version, apiVersion, kernel, inVm },
    home: project.id,
    running: containers.filter(({ owner, runs }) => runs && owner === stack).map(({ name }) => name),
    containersInUse: containers,
    ...(vm !== undefined && { vm }),
    images,
    nameServers: nameServers(),
    networksInUse: distinct([...ofDocker, ...interfaces(), ...ofRoutes]),
  };
}

/**
 * What a lab of the project must know of the machine and of itself.
 *
 * @throws MachineLacks when no engine answers
 */
export async function labMachine(stack: string): Promise<MachineWithEngine> {
  const file = resultsFile(stack);
  return {
    ...(await lookAtMachine(stack)),
    ...(project.builtIn ? {} : { project: project.name }),
    subnetsOfLab: subnetsToAvoid(process.env),
    resultsFile: file,
  };
}

/** systemd-resolved listens on the loopback only. This file has the name servers that systemd-resolved asks. */
const RESOLVER_FILES = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];

/** The machine's name servers, as far as a container can ask them. */
function nameServers(): string[] {
  return distinctTexts(
    RESOLVER_FILES.flatMap((file) => {
      try {
        return nameServersIn(readFileSync(file, "utf8"));
      } catch {
        return []; // Not every machine has both files.
      }
    }),
  );
}

/** The IPv4 name servers in a resolv.conf(5), those on the loopback left out. */
export function nameServersIn(resolvConf: string): string[] {
  const found = [...resolvConf.matchAll(/^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/gm)];
  return found.map(([, address = ""]) => address).filter((address) => !address.startsWith("127."));
}

function distinctTexts(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** How `docker ps` tells a container, its owner and whether it runs: for `containersOf`. */
export const CONTAINER_FORMAT = `{{.Names}} {{.State}} {{.Label "${HOME_LABEL}"}} {{.Label "${STACK_LABEL}"}}`;

/** All containers on the engine. */
async function dockerContainers(engine: Engine): Promise<(ContainerInUse & { runs: boolean })[]> {
  const { stdout } = await ask("docker", ["ps", "--all", "--format", CONTAINER_FORMAT], {
    env: engineEnvironment(engine),
  });
  return containersOf(stdout, project.id);
}

/** Reads the answer of `docker ps`, as the vethlab `home` sees it. A container with links has their names beside its own. */
export function containersOf(listed: string, home: string): (ContainerInUse & { runs: boolean })[] {
  return listed.split("\n").flatMap((line) => {
    const [names = "", state, itsHome, owner] = line.split(" ");
    const name = names.split(",").find((one) => !one.includes("/"));
    if (name === undefined || name === "") return [];
    return [{ name, runs: state === "running", ...(itsHome === home && owner ? { owner } : {}) }];
  });
}

/** References of the images that a vethlab has built on the engine. */
async function ownImages(engine: Engine): Promise<string[]> {
  const { stdout } = await ask(
    "docker",
    ["image", "ls", "--filter", "reference=vethlab/*", "--format", "{{.Repository}}:{{.Tag}}"],
    { env: engineEnvironment(engine) },
  );
  return stdout.split("\n").filter((reference) => reference !== "");
}

/**
 * Whether the engine runs in a virtual machine of its own, as Docker Desktop does. On systems other than Linux every engine
 * does.
 */
async function isInVm(engine: Engine): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const { stdout } = await ask("docker", ["info", "--format", "{{.OperatingSystem}}"], {
    env: engineEnvironment(engine),
  });
  return stdout.trim() === "Docker Desktop";
}

/** The subnets of all networks on the engine. */
async function dockerNetworks(engine: Engine): Promise<NetworkInUse[]> {
  const env = engineEnvironment(engine);
  const { stdout: ids } = await ask("docker", ["network", "ls", "--quiet"], { env });
  // A network that is removed meanwhile makes the command fail; the other networks are printed nevertheless.
  const { stdout } = await ask(
    "docker",
    ["network", "inspect", ...ids.split("\n").filter((id) => id !== "")],
    { env },
  );
  return networksOf(stdout || "[]", project.id);
}

/** Reads the answer of `docker network inspect`, as the vethlab `home` sees it. */
export function networksOf(inspected: string, home: string): NetworkInUse[] {
  const networks = JSON.parse(inspected) as {
    Name: string;
    Labels?: Record<string, string> | null;
    IPAM?: { Config?: { Subnet?: string }[] | null };
  }[];
  return networks.flatMap(({ Name, Labels, IPAM }) => {
    const owner = Labels?.[HOME_LABEL] === home ? Labels[STACK_LABEL] : undefined;
    return (IPAM?.Config ?? []).flatMap(({ Subnet }) =>
      Subnet ? [{ name: Name, subnet: Subnet, ...(owner !== undefined && { owner }) }] : [],
    );
  });
}

/** The subnets of the machine's own interfaces. */
function interfaces(): NetworkInUse[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ cidr, internal }) =>
      cidr && !internal && !cidr.startsWith("fe80:") ? [{ name, subnet: normalizeCidr(cidr) }] : [],
    ),
  );
}

/** The destinations of the machine's routes, such as the networks of a VPN. Empty on a machine without `ip`. */
async function routes(): Promise<NetworkInUse[]> {
  const { ok, stdout } = await ask("ip", ["-json", "route"]);
  return ok ? routesOf(stdout) : [];
}

/** Reads the answer of `ip -json route`. */
export function routesOf(listed: string): NetworkInUse[] {
  const entries = JSON.parse(listed) as { dst: string; dev?: string }[];
  return entries.flatMap(({ dst, dev }) => {
    if (dst === "default") return [];
    return [{ name: dev ?? "route", subnet: dst.includes("/") ? dst : `${dst}/32` }];
  });
}

/** One entry for each subnet. Docker's name of a network is preferred to the interface's, an entry with an owner to one without. */
export function distinct(networks: NetworkInUse[]): NetworkInUse[] {
  return networks.filter(({ subnet }, i) => networks.findIndex((other) => other.subnet === subnet) === i);
}
