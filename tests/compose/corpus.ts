import { join } from "node:path";
import type { ComposeFiles } from "../../compose/read.ts";
import { packageRoot } from "../../toolchain/paths.ts";

/** How a file of the corpus is read: files beside its compose.yaml. */
export interface Entry {
  /** Files that are merged over compose.yaml. */
  further?: readonly string[];
  profiles?: readonly string[];
  envFiles?: readonly string[];
}

/** Compose files of our own writing with the shapes of real ones: tests/compose/files/NAME/compose.yaml. */
export const corpus = {
  anchors: {},
  "bound-ports": {},
  "default-binding": {},
  "default-bridge": {},
  "default-only": {},
  extends: {},
  "fixed-addresses": {},
  "host-mode": {},
  hostile: {},
  "icc-disabled": {},
  include: {},
  "internal-networks": {},
  ipv6: {},
  "lab-names": {},
  links: {},
  macvlan: {},
  "masquerade-disabled": {},
  monitoring: {},
  "name-service": {},
  "no-network": {},
  "odd-names": {},
  "own-claims": {},
  "port-ranges": {},
  profiles: { profiles: ["debug"] },
  "reverse-proxy": {},
  "scale-zero": {},
  "several-files": { further: ["compose.prod.yaml"] },
  "shared-aliases": {},
  "swarm-keys": {},
  "two-projects": {},
  "udp-ports": {},
  variables: { envFiles: [".env", "ports.env"] },
  "vpn-sidecar": {},
} satisfies Record<string, Entry>;

export type Name = keyof typeof corpus;
export const names = Object.keys(corpus) as Name[];

export const corpusFolder = join(packageRoot, "tests", "compose", "files");

/** What Compose is asked to read. */
export function filesOf(name: Name): ComposeFiles {
  const { further = [], profiles = [], envFiles = [] }: Entry = corpus[name];
  const at = (file: string): string => join(corpusFolder, name, file);
  return { files: ["compose.yaml", ...further].map(at), profiles, envFiles: envFiles.map(at) };
}
