import type { z } from "zod";

/** What a lab may need of the kernel it stands on. */
export type KernelFeature =
  | "bridge"
  | "veth"
  | "vxlan"
  | "ip_vs"
  | "esp"
  | "iptables"
  | "br_netfilter"
  | "overlay"
  | "dummy"
  | "ipvlan"
  | "macvlan";

/**
 * The images that are built here: `box` is what nodes run, `host` carries an engine and, in it, the box image;
 * `host-bullseye` is a host whose older engine still knows Consul, `host-26` and `host-28` have newer engines; `vm` is a virtual
 * machine that does the same as a host, and `guest` what becomes its disk; `etcd` and `consul` are key-value stores.
 */
export type ImageName =
  "box" | "host" | "host-bullseye" | "host-26" | "host-28" | "guest" | "vm" | "etcd" | "consul";

/** What a lab file says of itself; plain data, readable without building the lab. */
export interface About<Config extends z.ZodObject = z.ZodObject> {
  /** The lab's name: that of its file. */
  name: string;
  /** One line on what it shows. */
  title: string;
  /** The experiment it follows, in words. */
  article: string;
  /** What it needs of the kernel its hosts run on. */
  needs: readonly KernelFeature[];
  /** IPv4 CIDR of the underlay in the experiment: it is the lab's where it is free. Default: any free one. */
  underlay?: string;
  /** The images that it takes beside box and host, by its settings. Default: none. */
  images?: (config: z.infer<Config>) => readonly ImageName[];
  /** Its settings: each with a description, a default, and its allowed values. Values arrive as strings. */
  config: Config;
}
