import { expect, test } from "@jest/globals";

import { unshownKeys } from "../../../compose/keys.ts";

const told = (canonical: unknown) =>
  unshownKeys(canonical).map(({ place, value, why }) => `${place}: ${value} (${why})`);

test("keys that bear on networks and are not in the twin are told with their place", () => {
  const canonical = {
    name: "shop",
    services: {
      web: {
        image: "nginx",
        command: null,
        privileged: true,
        sysctls: { "net.ipv4.ip_forward": "1" },
        dns: ["9.9.9.9", "2620:fe::fe"],
        networks: {
          front: {
            aliases: ["www"],
            link_local_ips: ["169.254.0.2"],
            driver_opts: { a: "b" },
            priority: 100,
          },
          back: null,
        },
        external_links: ["redis:cache"],
      },
    },
    networks: {
      front: {
        name: "shop_front",
        driver_opts: { "com.docker.network.bridge.name": "br0" },
        enable_ipv6: true,
        ipam: { driver: "custom", config: [{ subnet: "10.5.0.0/24" }, { subnet: "fd00::/64" }] },
      },
    },
  };
  expect(told(canonical)).toEqual([
    'services.web.sysctls: {"net.ipv4.ip_forward":"1"} (the box has the settings of its lab host)',
    'services.web.networks.front.link_local_ips: ["169.254.0.2"] (a box has one address on a network)',
    'services.web.networks.front.driver_opts: {"a":"b"} (an endpoint has no options of a driver)',
    "services.web.networks.front.priority: 100 (networks are connected in the order of their names)",
    'services.web.external_links: ["redis:cache"] (the container is not of this file)',
    "networks.front.enable_ipv6: true (vethlab has no IPv6 yet)",
    "networks.front.ipam.driver: custom (the engine gives out the addresses)",
    "networks.front.ipam.config[1].subnet: fd00::/64 (vethlab has no IPv6 yet)",
  ]);
});

test("values that change nothing are not told, nor fields of extensions", () => {
  const canonical = {
    "x-anything": { networks: {} },
    services: {
      web: {
        "x-of-web": 1,
        sysctls: { "kernel.shmmax": "1" },
        dns: ["9.9.9.9"],
        external_links: [],
        networks: { front: { priority: 0, driver_opts: {}, "x-y": 1 } },
      },
    },
    networks: { front: { enable_ipv4: true, enable_ipv6: false, ipam: { driver: "default" } } },
  };
  expect(told(canonical)).toEqual([]);
});

test("a network without IPv4, and a key of a newer Compose, are told", () => {
  const canonical = {
    services: { web: { networks: { front: { use_service_name_alias: false } } } },
    networks: { front: { enable_ipv4: false } },
  };
  expect(told(canonical)).toEqual([
    "services.web.networks.front.use_service_name_alias: false (vethlab does not know this key)",
    "networks.front.enable_ipv4: false (a network of vethlab's has IPv4)",
  ]);
});
