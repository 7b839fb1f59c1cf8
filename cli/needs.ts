import { resolveConfig } from "../topology/config.ts";
import { engineImages, engineOf } from "../topology/engines.ts";
import { chooseHost, type HostChoice, hostSetting } from "../topology/host-kind.ts";
import { project } from "../toolchain/project.ts";
import { reachableEngine } from "../toolchain/engine.ts";
import { ensureImages } from "../toolchain/ensure-images.ts";
import { kernelLacks } from "../toolchain/kernel.ts";
import { ensureVmSnapshot } from "../toolchain/vm-snapshot.ts";
import { stackConfig } from "./backend.ts";
import { aboutLab, type Target } from "./labs.ts";

/** What lab hosts are, for people. */
export const hostWords: Record<HostChoice["kind"], string> = {
  container: "on containers",
  vm: "on virtual machines",
  local: "on the local engine",
  ssh: "on machines of yours",
};

/**
 * Builds what a stack is made of, where it is missing: images, and the snapshot that virtual machines start from.
 *
 * @param settings those that are about to be written to the stack's file
 * @param say told what the stack stands on, where that was to be found out, and what is being built
 * @throws MachineLacks when no engine answers, or an image cannot be built
 */
export async function ensureNeeds(
  { stack, lab }: Target,
  settings: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<void> {
  if (!project.builtIn) {
    // What else its program needs shows when that runs: missing-images.ts.
    await ensureImages(await reachableEngine(), say);
    return;
  }
  const { config, images, needs } = await aboutLab(lab);
  const resolved = resolveConfig(config, { ...stackConfig(stack), ...settings });
  const engine = await reachableEngine();
  const setting = hostSetting(resolved);
  const hosts = setting === "container" || setting === "auto" ? [engineImages[engineOf(resolved)]] : [];
  await ensureImages(engine, say, [...hosts, ...(images?.(resolved) ?? [])]);
  const { kind, why } = chooseHost(setting, setting === "auto" ? await kernelLacks(needs) : []);
  if (why !== undefined) say(`${stack} stands ${hostWords[kind]}: ${why}`);
  if (kind === "vm") {
    await ensureImages(engine, say, ["vm"]);
    await ensureVmSnapshot(engine, say);
  }
}
