/** Every key of a Compose file (compose-spec.json), and what the twin does about it. */

/** What becomes of the keys that may stand at one place. */
interface Keys {
  /** The twin has it, or Compose has worked it in already (`extends`). */
  shown: readonly string[];
  /** Nothing to do with networks: silent. */
  leftOut: readonly string[];
  /** It bears on networks and the twin lacks it: told to the user. */
  named: Readonly<Record<string, Named>>;
}

/** Why the twin lacks a key, and with which values. */
interface Named {
  why: string;
  /** Whether a value is told. Default: each but null, false, 0 and what is empty. */
  when?: (value: unknown) => boolean;
}

export const noIPv6 = "vethlab has no IPv6 yet";
const noMac = "Docker drops it where a box is connected (moby#48192): the engine chooses one";
const isIPv6 = (value: unknown): boolean => typeof value === "string" && value.includes(":");

/** The keys by their place; `*` stands for any name or number. */
export const composeKeys: Readonly<Record<string, Keys>> = {
  "": {
    shown: ["name", "services", "networks", "include"],
    leftOut: ["version", "volumes", "configs", "secrets", "models"],
    named: {},
  },
  "services.*": {
    shown: [
      ...["networks", "network_mode", "ports", "expose", "links"],
      ...["container_name", "hostname", "domainname", "extra_hosts", "dns", "dns_search", "dns_opt"],
      ...["scale", "deploy", "depends_on", "profiles", "extends"],
    ],
    leftOut: [
      // The program, its files and its rights: vethlab's box runs in its place.
      ...["image", "build", "platform", "runtime", "command", "entrypoint", "working_dir", "init"],
      ...["environment", "env_file", "user", "group_add", "tty", "stdin_open", "attach", "ulimits"],
      ...["volumes", "volumes_from", "tmpfs", "configs", "secrets", "read_only", "storage_opt"],
      ...["cap_add", "cap_drop", "privileged", "security_opt", "credential_spec", "userns_mode"],
      ...["pid", "ipc", "uts", "cgroup", "cgroup_parent", "isolation", "use_api_socket"],
      ...["devices", "device_cgroup_rules", "gpus", "models"],
      // Resources.
      ...["cpus", "cpuset", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota", "cpu_shares"],
      ...["cpu_rt_period", "cpu_rt_runtime", "blkio_config", "pids_limit", "shm_size"],
      ...["mem_limit", "mem_reservation", "mem_swappiness", "memswap_limit"],
      ...["oom_kill_disable", "oom_score_adj"],
      // Its life, and what is said of it.
      ...["restart", "healthcheck", "post_start", "pre_stop", "stop_grace_period", "stop_signal"],
      ...["pull_policy", "pull_refresh_after", "develop", "logging"],
      ...["labels", "label_file", "annotations"],
    ],
    named: {
      mac_address: { why: noMac },
      external_links: { why: "the container is not of this file" },
      provider: { why: "a box stands for what the provider makes" },
      sysctls: {
        why: "the box has the settings of its lab host",
        when: (settings) => Object.keys(settings ?? {}).some((name) => name.startsWith("net.")),
      },
    },
  },
  "services.*.networks.*": {
    shown: ["aliases", "ipv4_address", "gw_priority"],
    leftOut: [],
    named: {
      mac_address: { why: noMac },
      ipv6_address: { why: noIPv6 },
      link_local_ips: { why: "a box has one address on a network" },
      interface_name: { why: "the engine names the interfaces: eth0, eth1, ..." },
      priority: { why: "networks are connected in the order of their names" },
      driver_opts: { why: "an endpoint has no options of a driver" },
    },
  },
  "services.*.ports.*": {
    shown: ["target", "published", "host_ip", "protocol"],
    // `mode` is a Swarm's; the rest is said of the port.
    leftOut: ["mode", "name", "app_protocol"],
    named: {},
  },
  "services.*.depends_on.*": {
    shown: [],
    // A box is ready when it runs.
    leftOut: ["condition", "restart", "required"],
    named: {},
  },
  "services.*.deploy": {
    shown: ["replicas"],
    // A Swarm's, at which Compose itself does not look; and resources.
    leftOut: [
      ...["mode", "endpoint_mode", "placement", "labels", "resources"],
      ...["rollback_config", "update_config", "restart_policy"],
    ],
    named: {},
  },
  "services.*.extends": { shown: ["service", "file"], leftOut: [], named: {} },
  "include.*": { shown: ["path", "env_file", "project_directory"], leftOut: [], named: {} },
  "networks.*": {
    // `driver`: a bridge network stands for those of other drivers, and an empty one for an external one.
    shown: ["name", "driver", "driver_opts", "ipam", "external", "internal"],
    // `attachable` is a Swarm's.
    leftOut: ["attachable", "labels"],
    named: {
      enable_ipv4: { why: "a network of vethlab's has IPv4", when: (value) => value === false },
      enable_ipv6: { why: noIPv6 },
    },
  },
  "networks.*.external": { shown: ["name"], leftOut: [], named: {} },
  "networks.*.ipam": {
    shown: ["config"],
    leftOut: [],
    named: {
      driver: { why: "the engine gives out the addresses", when: (value) => value !== "default" },
      options: { why: "the engine gives out the addresses" },
    },
  },
  "networks.*.ipam.config.*": {
    shown: ["gateway", "ip_range", "aux_addresses"],
    leftOut: [],
    named: { subnet: { why: noIPv6, when: isIPv6 } },
  },
};

/** A key of a file that bears on networks and is not in the twin. */
export interface UnshownKey {
  /** Such as `services.web.networks.lan.link_local_ips`. */
  place: string;
  /** What stands there, as JSON but for plain text. */
  value: string;
  why: string;
}

/** The keys of a canonical form that bear on networks and are not in the twin, and those of a newer Compose. */
export function unshownKeys(canonical: unknown): UnshownKey[] {
  return [...unshownAt(canonical, "", "")];
}

function* unshownAt(value: unknown, place: string, pattern: string): Generator<UnshownKey> {
  if (typeof value !== "object" || value === null) return;
  const keys = composeKeys[pattern];
  for (const [key, inner] of Object.entries(value)) {
    const innerPlace = Array.isArray(value) ? `${place}[${key}]` : join(place, key);
    if (keys === undefined) yield* unshownAt(inner, innerPlace, join(pattern, "*"));
    else if (keys.shown.includes(key)) yield* unshownAt(inner, innerPlace, join(pattern, key));
    else if (!keys.leftOut.includes(key) && !key.startsWith("x-")) {
      const { why, when = saysSomething } = keys.named[key] ?? unknownKey;
      if (when(inner)) yield { place: innerPlace, value: inWords(inner), why };
    }
  }
}

/** A key of a Compose that is newer than the table. */
const unknownKey: Named = { why: "vethlab does not know this key", when: (value) => value !== null };

const join = (place: string, key: string): string => (place === "" ? key : `${place}.${key}`);

function saysSomething(value: unknown): boolean {
  return typeof value === "object" ? Object.keys(value ?? {}).length > 0 : Boolean(value);
}

function inWords(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
