/** A Compose file as Compose itself has read it: what of its canonical form bears on networks (`docker compose config --format json`). */
import { z } from "zod";

const texts = z.array(z.string()).default([]);
/** Compose writes null for a map that has nothing in it. */
const nothing = <T extends z.ZodType>(inner: T) =>
  z.preprocess((value) => value ?? {}, inner) as unknown as z.ZodDefault<T>;

const Port = z.looseObject({
  target: z.number(),
  /** A port of the host, a range of which it is one, or nothing: the engine chooses. */
  published: z.string().optional(),
  host_ip: z.string().default(""),
  protocol: z.string().default("tcp"),
});
export type CanonicalPort = z.infer<typeof Port>;

const Endpoint = z.looseObject({
  aliases: texts,
  ipv4_address: z.string().optional(),
  gw_priority: z.number().optional(),
});
export type CanonicalEndpoint = z.infer<typeof Endpoint>;

const Service = z.looseObject({
  image: z.string().optional(),
  container_name: z.string().optional(),
  hostname: z.string().optional(),
  domainname: z.string().optional(),
  dns: texts,
  dns_search: texts,
  dns_opt: texts,
  extra_hosts: texts,
  expose: texts,
  links: texts,
  network_mode: z.string().optional(),
  networks: nothing(z.record(z.string(), nothing(Endpoint))),
  ports: z.array(Port).default([]),
  scale: z.number().optional(),
  deploy: nothing(z.looseObject({ replicas: z.number().optional() })),
  depends_on: z.record(z.string(), z.unknown()).default({}),
});
export type CanonicalService = z.infer<typeof Service>;

const Pool = z.looseObject({
  subnet: z.string().optional(),
  gateway: z.string().optional(),
  ip_range: z.string().optional(),
  aux_addresses: z.record(z.string(), z.string()).optional(),
});

const Network = z.looseObject({
  name: z.string(),
  driver: z.string().default("bridge"),
  driver_opts: z.record(z.string(), z.coerce.string()).default({}),
  internal: z.boolean().default(false),
  external: z.boolean().default(false),
  ipam: nothing(z.looseObject({ config: z.array(Pool).default([]) })),
});
export type CanonicalNetwork = z.infer<typeof Network>;

export const Canonical = z.looseObject({
  name: z.string(),
  services: nothing(z.record(z.string(), Service)),
  networks: nothing(z.record(z.string(), nothing(Network))),
  "x-vethlab": z.unknown().optional(),
});
export type Canonical = z.infer<typeof Canonical>;
