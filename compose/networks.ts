/** The networks of a Compose file, and what stands for each in the twin. */
import { firstFree } from "../topology/addresses.ts";
import { illegalName } from "../topology/names.ts";
import { isFalse } from "../topology/network-options.ts";
import type { Canonical, CanonicalNetwork } from "./canonical.ts";

/** A network of the twin. */
export interface TwinNetwork {
  /** Its name in the lab: the file's, where that is one for a network. */
  name: string;
  /** Its name on the engine where the project runs. */
  engineName: string;
  subnet: string;
  gateway?: string | undefined;
  ipRange?: string | undefined;
  auxAddresses?: Record<string, string> | undefined;
  internal: boolean;
  options: Readonly<Record<string, string>>;
  /** Whether its containers find one another by name: on each but the default bridge. */
  hasNames: boolean;
  /** Whether its containers reach one another (com.docker.network.bridge.enable_icc). */
  open: boolean;
  /** Whether packets leave it with the address of the host (enable_ip_masquerade). */
  masquerades: boolean;
  /** The address of the host at which ports are published that name none (host_binding_ipv4); empty: all. */
  binding: string;
  /** Whether the file does not make it, so that little is known of it. */
  external: boolean;
  /** Why it is not of the file's kind; what then follows from the file is only that its containers reach one another. */
  standsFor?: string;
}

/** The default bridge (`network_mode: bridge`). */
export const DEFAULT_BRIDGE = "bridge";

/** The subnets that an engine chooses from, with the default bridge's first (Docker's default address pools). */
const POOLS = [
  ...Array.from({ length: 14 }, (_, index) => `172.${18 + index}.0.0/16`),
  ...Array.from({ length: 16 }, (_, index) => `192.168.${index * 16}.0/20`),
];

const OPTION = "com.docker.network.bridge";

/** The networks by their keys in the file. */
export function networksOf({ name: project, networks }: Canonical): Map<string, TwinNetwork> {
  const taken = ["172.17.0.0/16", ...Object.values(networks).flatMap((one) => poolOf(one)?.subnet ?? [])];
  return new Map(
    Object.entries(networks).map(([key, network]) => {
      const pool = poolOf(network);
      const subnet = pool?.subnet ?? firstFree(POOLS, taken) ?? "";
      taken.push(subnet);
      const { internal, external, driver, driver_opts: options } = network;
      // Each port of the twin says its address itself.
      const { [`${OPTION}.host_binding_ipv4`]: binding, ...shown } = options;
      const bridge = driver === "bridge" || external;
      const twin: TwinNetwork = {
        name: illegalName("network", key) === undefined ? key : `${project}_${key}`,
        engineName: network.name,
        subnet,
        gateway: pool?.gateway,
        ipRange: pool?.ip_range,
        auxAddresses: pool?.aux_addresses,
        internal,
        options: bridge ? shown : {},
        hasNames: true,
        open: !isFalse(options[`${OPTION}.enable_icc`] ?? "true"),
        masquerades: !isFalse(options[`${OPTION}.enable_ip_masquerade`] ?? "true"),
        binding: binding ?? "",
        external,
        ...(bridge ? {} : { standsFor: `a network of the driver ${driver}` }),
      };
      return [key, twin] as const;
    }),
  );
}

/**
 * The address of the host at which ports are published that name none; undefined where a container is on several networks
 * that say different ones: which of the networks has the ports is the engine's choice.
 */
export function bindingOf(
  ends: ReadonlyMap<string, unknown>,
  networks: ReadonlyMap<string, TwinNetwork>,
): string | undefined {
  const outward = [...ends.keys()].filter((key) => networks.get(key)?.internal !== true);
  const [binding = "", ...others] = new Set(outward.map((key) => networks.get(key)?.binding ?? ""));
  return others.length === 0 ? binding : undefined;
}

/** The address pool that counts: the first of IPv4. */
function poolOf({ ipam }: CanonicalNetwork) {
  return ipam.config.find(({ subnet }) => subnet?.includes(".") === true);
}
