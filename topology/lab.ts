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
 * `host-26` the same with a newer engine.
 */
export type ImageName = "box" | "host" | "host-26";

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
  /** The images that it takes beside box and host, by its settings. Default: none. */
  images?: (config: z.infer<Config>) => readonly ImageName[];
  /** Its settings: each with a description, a default, and its allowed values. Values arrive as strings. */
  config: Config;
}
