import type { HostKind, HostSetting } from "./config.ts";
import type { KernelFeature } from "./lab.ts";

/** What a lab stands on. */
export interface HostChoice {
  kind: HostKind;
  /** Why, where it was to be found out. */
  why?: string;
}

/**
 * What a lab stands on by its setting `host`. `auto`: the cheapest lab host that has what the lab needs.
 *
 * @param lacks those of the lab's needs that the machine's kernel does not have
 */
export function chooseHost(setting: HostSetting, lacks: readonly KernelFeature[]): HostChoice {
  if (setting !== "auto") return { kind: setting };
  if (lacks.length === 0) {
    return { kind: "container", why: "this machine's kernel has what the lab needs" };
  }
  return { kind: "vm", why: `this machine's kernel lacks ${lacks.join(", ")}` };
}

/** What `host` says in a lab's settings. */
export function hostSetting(config: unknown): HostSetting {
  const { host } = config as { host: HostSetting };
  return host;
}
