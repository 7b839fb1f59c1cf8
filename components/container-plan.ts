import * as pulumi from "@pulumi/pulumi";
import { hostCapabilities } from "../images/host-capabilities.ts";
import { isAddress } from "../topology/addresses.ts";
import { engineVersions } from "../topology/engines.ts";
import { wrongLabel } from "../topology/labels.ts";
import { illegalName } from "../topology/names.ts";
import {
  wrongCapability,
  wrongPath,
  wrongResolverOption,
  wrongRestart,
  wrongSysctl,
  type Wrong,
} from "../topology/run-options.ts";
import { didYouMean } from "../topology/suggest.ts";
import { refuseUnknown } from "./arguments.ts";
import {
  CAPABILITIES,
  type ContainerArgs,
  HEALTHCHECK,
  MOUNT,
  type Mount,
  type NamedContainerArgs,
} from "./container-args.ts";
import { asSet } from "./container-options.ts";
import { type Host, isUsers } from "./host.ts";

/** Tells the plan what is wrong with a value at a place. */
type Tell = (at: string, value: string, wrong: Wrong | undefined) => void;

function telling(place: string, host: Host): Tell {
  return (at, value, wrong) => {
    if (wrong !== undefined) host.site.plan.problem({ place: `${place}.${at}`, value, ...wrong });
  };
}

/**
 * Tells the plan what of a container's arguments Docker would refuse, or drop.
 *
 * @param hasNetwork whether it has a network namespace other than its host's
 */
export function planContainer(place: string, args: ContainerArgs, host: Host, hasNetwork = true): void {
  const tell = telling(place, host);
  const { workingDirectory, mounts = [], restart, capabilities = {}, sysctls = {}, labels = {} } = args;
  for (const name of ["command", "entrypoint"] as const) planWords(tell, name, args[name]);
  planEnvironment(tell, args.environment);
  if (workingDirectory !== undefined) tell("workingDirectory", workingDirectory, wrongPath(workingDirectory));
  if (restart !== undefined) tell("restart", restart, wrongRestart(restart));
  planMounts(place, tell, mounts, host);
  planHealthcheck(place, tell, args.healthcheck, host);
  refuseUnknown(`${place}.capabilities`, capabilities, CAPABILITIES);
  for (const [index, name] of (capabilities.add ?? []).entries()) {
    const has = host.kind === "container" ? hostCapabilities : undefined;
    tell(`capabilities.add[${index}]`, name, wrongCapability(name, has));
  }
  for (const [index, name] of (capabilities.drop ?? []).entries())
    tell(`capabilities.drop[${index}]`, name, wrongCapability(name));
  for (const name of Object.keys(sysctls)) tell(`sysctls.${name}`, name, wrongSysctl(name, hasNetwork));
  for (const label of Object.keys(labels)) tell(`labels.${label}`, label, wrongLabel(label));
  planPrivileged(tell, args.privileged, host);
}

/** Tells the plan what is wrong with a container's names and name servers. */
export function planNamed(place: string, args: NamedContainerArgs, host: Host): void {
  const tell = telling(place, host);
  const { hostname, domainname, dns = [], dnsSearch = [], dnsOptions = [], extraHosts = {} } = args;
  const names = { hostname, domainname };
  for (const [at, name] of Object.entries(names))
    if (name !== undefined) tell(at, name, illegalName("host", name));
  for (const [index, address] of dns.entries())
    tell(`dns[${index}]`, address, isAddress(address) ? undefined : notAnAddress);
  for (const [index, domain] of dnsSearch.entries())
    if (domain !== ".") tell(`dnsSearch[${index}]`, domain, illegalName("host", domain));
  for (const [index, option] of dnsOptions.entries())
    tell(`dnsOptions[${index}]`, option, wrongResolverOption(option));
  for (const [name, address] of Object.entries(extraHosts)) {
    tell(`extraHosts.${name}`, name, illegalName("host", name));
    if (address !== "host-gateway" && !isAddress(address))
      tell(`extraHosts.${name}`, address, { ...notAnAddress, fix: "give one, or host-gateway for its host" });
  }
}

/** Tells the plan that the provider would change the order of name servers. */
export function planOrder(place: string, { dns = [] }: NamedContainerArgs, host: Host): void {
  const order = asSet(dns);
  if (dns.join() === order.join()) return;
  host.site.plan.problem({
    place: `${place}.dns`,
    value: dns.join(", "),
    allowed: `Pulumi's Docker provider keeps no order: the engine would get ${order.join(", ")}`,
    fix: "give one, or these in that order",
  });
}

const notAnAddress: Wrong = { allowed: "is no IPv4 address", fix: "for example 203.0.113.10" };

/**
 * Tells the plan that an argument needs a newer engine.
 *
 * @param first Docker's first version that has it
 */
export function planVersion(host: Host, place: string, value: string, first: number): void {
  const { engineVersion } = host;
  if (engineVersion === undefined || Number.parseInt(engineVersion) >= first) return;
  const newer = engineVersions.filter((version) => Number.parseInt(version) >= first);
  host.site.plan.problem({
    place,
    value,
    allowed: `Docker has this from version ${first} on, and ${host.hostName} has ${engineVersion}`,
    fix:
      newer.length === 0 ? "leave it out" : `leave it out, or use a host with engine ${newer.join(" or ")}`,
  });
}

/** Only plain values can be looked at before anything is made. */
function planWords(tell: Tell, name: string, words: ContainerArgs["command"]): void {
  if (!Array.isArray(words)) return;
  for (const [index, word] of words.entries())
    if (word === "") tell(`${name}[${index}]`, '""', { allowed: "is empty", fix: "leave it out" });
}

function planEnvironment(tell: Tell, environment: ContainerArgs["environment"]): void {
  if (environment === undefined || pulumi.Output.isInstance(environment) || environment instanceof Promise)
    return;
  for (const name of Object.keys(environment))
    if (!/^[^=]+$/.test(name))
      tell(`environment.${name}`, name, { allowed: 'a variable has a name without "="', fix: "rename it" });
}

function planMounts(place: string, tell: Tell, mounts: readonly Mount[], host: Host): void {
  const types = ["bind", "volume", "tmpfs"];
  const targets = new Map<string, number>();
  for (const [index, mount] of mounts.entries()) {
    const at = `mounts[${index}]`;
    refuseUnknown(`${place}.${at}`, mount, MOUNT);
    const { type, target } = mount;
    if (!types.includes(type)) {
      tell(`${at}.type`, type, { allowed: "must be bind, volume or tmpfs", fix: didYouMean(type, types) });
      continue;
    }
    tell(`${at}.target`, target, wrongPath(target) ?? (target === "/" ? isRoot : undefined));
    const first = targets.get(target);
    if (first === undefined) targets.set(target, index);
    else
      tell(`${at}.target`, target, {
        allowed: `is already the target of mounts[${first}]`,
        fix: "mount one of the two elsewhere",
      });
    if (mount.type === "bind") tell(`${at}.source`, mount.source, wrongPath(mount.source));
    if (mount.type === "volume" && mount.source !== undefined && mount.source.host !== host)
      tell(`${at}.source`, mount.source.volumeName, {
        allowed: `is a volume of ${mount.source.host.hostName}, and the box stands on ${host.hostName}`,
        fix: "use a volume of the box's host",
      });
  }
}

const isRoot: Wrong = { allowed: "is the root of the box itself", fix: "mount it on a folder" };

function planHealthcheck(place: string, tell: Tell, check: ContainerArgs["healthcheck"], host: Host): void {
  if (check === undefined) return;
  refuseUnknown(`${place}.healthcheck`, check, HEALTHCHECK);
  for (const [name, value] of Object.entries(check)) {
    if (typeof value !== "number") continue;
    const least = name === "startPeriodSeconds" ? 0 : name === "retries" ? 1 : 0.001;
    if (!(value >= least) || (name === "retries" && !Number.isInteger(value)))
      tell(`healthcheck.${name}`, String(value), {
        allowed: `must be ${name === "retries" ? "a whole number, and" : "a number,"} at least ${least}`,
        fix: "leave it out for Docker's own",
      });
  }
  const { startIntervalSeconds } = check;
  if (startIntervalSeconds !== undefined)
    planVersion(host, `${place}.healthcheck.startIntervalSeconds`, String(startIntervalSeconds), 25);
}

function planPrivileged(tell: Tell, privileged: ContainerArgs["privileged"], host: Host): void {
  if (privileged === undefined || privileged === false) return;
  const value = String(privileged);
  if (host.kind === "container")
    tell("privileged", value, {
      allowed: "the engine of a host of kind container is not privileged itself",
      fix: "name what the box needs in `capabilities`, or use a VmHost",
    });
  else if (isUsers(host) && privileged === true)
    tell("privileged", value, {
      allowed: "would give the box the whole machine of the user's",
      fix: 'use a VmHost, or say privileged: "even-on-my-machine"',
    });
}
