/** What `docker run` accepts, and what the kernel then does not refuse: options of a container as they are written. */
import { didYouMean } from "./suggest.ts";

/** What is wrong with a value, and what to write instead. */
export interface Wrong {
  allowed: string;
  fix: string;
}

const PROTOCOLS = ["tcp", "udp", "sctp"] as const;
export type PortProtocol = (typeof PROTOCOLS)[number];

/** Of a published port; in plain JavaScript anything may be written. */
export function wrongProtocol(protocol: string): Wrong | undefined {
  return isOneOf(protocol, PROTOCOLS)
    ? undefined
    : { allowed: "must be tcp, udp or sctp", fix: didYouMean(protocol, PROTOCOLS) };
}

/** First and last port of what is written as one port, or as a range: `8000-8010`. */
export function portRange(written: number | string): { first: number; last: number } | undefined {
  const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/.exec(String(written)) ?? [];
  const range = { first: Number(first), last: Number(last) };
  return range.first >= 1 && range.last <= 65535 && range.first <= range.last ? range : undefined;
}

/** All ports of what is written as one port, or as a range. */
export function portsIn(written: number | string): number[] {
  const { first, last } = portRange(written) ?? { first: 1, last: 0 };
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** `02:42:ac:11:00:02`; the kernel gives no interface a group address, nor the address of zeros. */
export function wrongMac(mac: string): Wrong | undefined {
  const fix = "for example 02:42:ac:11:00:02";
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac))
    return { allowed: "a MAC address has six pairs of hexadecimal digits, with colons between", fix };
  if ((Number.parseInt(mac, 16) & 1) === 1) {
    const first = (Number.parseInt(mac, 16) & 0xfe).toString(16).padStart(2, "0");
    return {
      allowed: "is the address of a group (its first byte is odd)",
      fix: `use ${first}${mac.slice(2)}`,
    };
  }
  return /^[0:]+$/.test(mac) ? { allowed: "is the address of nobody", fix } : undefined;
}

/** Namespaces that a container has of its own are all that it may set (`docker run --sysctl`). */
const SYSCTLS_OF_IPC = [
  "msgmax",
  "msgmnb",
  "msgmni",
  "sem",
  "shmall",
  "shmmax",
  "shmmni",
  "shm_rmid_forced",
].map((name) => `kernel.${name}`);

/** @param hasNetwork whether the container has a network namespace of its own */
export function wrongSysctl(name: string, hasNetwork: boolean): Wrong | undefined {
  if (name.startsWith("net.") && !hasNetwork)
    return {
      allowed: 'a box with network "host" has the settings of its host, and Docker changes none of these',
      fix: "leave it out, or plug the box into a network",
    };
  if (/^(?:net|fs\.mqueue)\../.test(name) || SYSCTLS_OF_IPC.includes(name)) return undefined;
  return {
    allowed: "is not a setting of a namespace: it would change the whole machine, and Docker refuses it",
    fix: `use net.*, fs.mqueue.* or ${SYSCTLS_OF_IPC.join(", ")}`,
  };
}

/** capabilities(7). */
const CAPABILITIES = [
  ..."AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE".split(
    " ",
  ),
  ..."DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE".split(
    " ",
  ),
  ..."MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID".split(
    " ",
  ),
  ..."SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO".split(" "),
  ..."SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM".split(" "),
];

/** A capability as engines record it: `CAP_NET_ADMIN` of `NET_ADMIN`, and `ALL`. */
export function capabilityName(written: string): string {
  const name = written.toUpperCase();
  return name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`;
}

/** @param given the capabilities that the engine itself has; absent: all */
export function wrongCapability(written: string, given?: readonly string[]): Wrong | undefined {
  const name = capabilityName(written);
  const known = [...CAPABILITIES, "ALL"];
  if (!known.includes(name.replace(/^CAP_/, "")))
    return { allowed: "there is no such capability", fix: didYouMean(written, known) };
  if (given === undefined || given.includes(name)) return undefined;
  return {
    allowed: "the engine of a host of kind container does not have it, and can give it to nobody",
    fix: name === "ALL" ? "name those that the box needs, or use a VmHost" : "leave it out, or use a VmHost",
  };
}

/** Options of resolvers: resolv.conf(5). Docker takes any, and resolvers are silent about those that they do not know. */
const RESOLVER_OPTIONS = [
  ..."debug rotate no-check-names inet6 edns0 single-request single-request-reopen no-tld-query".split(" "),
  ..."use-vc no-reload trust-ad no-aaaa ndots:n timeout:n attempts:n".split(" "),
];

export function wrongResolverOption(option: string): Wrong | undefined {
  if (RESOLVER_OPTIONS.includes(option.replace(/:\d+$/, ":n")) && !option.endsWith(":n")) return undefined;
  return { allowed: "resolvers have no such option", fix: didYouMean(option, RESOLVER_OPTIONS) };
}

const RESTARTS = ["no", "on-failure", "always", "unless-stopped"] as const;

/** `on-failure:3` is the only one with a count. */
export type Restart = (typeof RESTARTS)[number] | `on-failure:${number}`;

export function wrongRestart(restart: string): Wrong | undefined {
  if (isOneOf(restart, RESTARTS) || /^on-failure:\d+$/.test(restart)) return undefined;
  return {
    allowed: `must be ${RESTARTS.join(", ")} or on-failure:COUNT`,
    fix: didYouMean(restart, RESTARTS),
  };
}

/** A path in a container, or on its host. */
export function wrongPath(path: string): Wrong | undefined {
  return path.startsWith("/") ? undefined : { allowed: "a path here is absolute", fix: "write it from / on" };
}

/** Seconds as engines tell them (Go's time.Duration): `1m30s`, `500ms`. Otherwise Pulumi would see a difference. */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${seconds * 1000}ms`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${Number((seconds - hours * 3600 - minutes * 60).toFixed(3))}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}

function isOneOf(text: string, all: readonly string[]): boolean {
  return all.includes(text);
}
