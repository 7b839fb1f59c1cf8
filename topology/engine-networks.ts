/** Networks that engines make by themselves, beside `bridge`, `host` and `none`. */

/**
 * The bridge through which containers on overlays leave their host. An engine makes it in a Swarm when it joins, with a
 * key-value store when the first container is plugged into an overlay.
 */
export const GATEWAY_BRIDGE = "docker_gwbridge";

/** The overlay of a Swarm that carries published ports, and the subnet that Docker gives it. */
export const INGRESS = "ingress";
export const INGRESS_SUBNET = "10.0.0.0/24";

/**
 * The subnets that an engine takes for a bridge to which nobody gives one, in its order: Docker's default address pools.
 * docker0 has the first one.
 */
export const enginePools = [
  ...Array.from({ length: 15 }, (_, i) => `172.${17 + i}.0.0/16`),
  ...Array.from({ length: 16 }, (_, i) => `192.168.${16 * i}.0/20`),
];
