/** What `docker network create` accepts, and does not drop without a word. */
import type { Wrong } from "./run-options.ts";

/** What is wrong with the name of a driver's option. */
export function wrongOption(option: string): Wrong | undefined {
  if (/^[^=]+$/.test(option)) return undefined;
  return { allowed: 'an option has a name, without "="', fix: "for example com.docker.network.driver.mtu" };
}
