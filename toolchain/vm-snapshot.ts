import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { execa } from "execa";

import { vmCapabilities, vmSecurityOptions } from "../images/host-capabilities.ts";
import { imageReference } from "../images/recipe.ts";
import type { VmStart } from "../topology/machine.ts";
import { needSpace } from "./disk.ts";
import { type Engine, engineEnvironment } from "./engine.ts";
import { MachineLacks } from "./lacks.ts";
import { packageRoot, vmSnapshotFile } from "./paths.ts";
import { ask } from "./programs.ts";

/** The record of a snapshot, kept in a file: asking the engine would take the start of a container. */
interface Known extends VmStart {
  /** Folder of the package or checkout that made it: another one that shares the toolchain may have another recipe. */
  by: string;
}

/** Time limit for booting a machine under emulation and saving it, in ms. Takes 30 s on a quiet machine. */
const makingTimeout = 8 * 60_000;

/** How virtual machines start on this engine; undefined before `ensureVmSnapshot` ran for the present recipe. */
export function vmStart(engine: Engine): VmStart | undefined {
  const known = readKnown()[madeFor(engine)];
  return known && { snapshot: known.snapshot, kvm: known.kvm };
}

/**
 * Makes the snapshot from which all virtual machines of this engine start, where it is missing: a booted guest whose engine
 * runs, in one volume that the virtual machines only read. Needs the vm image.
 *
 * @param say called with each step in words
 * @throws MachineLacks when the guest does not boot
 */
export async function ensureVmSnapshot(engine: Engine, say: (line: string) => void): Promise<void> {
  const env = engineEnvironment(engine);
  const known = readKnown();
  const snapshot = imageReference("vm").replace(/^vethlab\/vm:/, "vethlab-vm-");
  const wanted = madeFor(engine);
  const there = (await ask("docker", ["volume", "inspect", snapshot], { env })).ok;
  if (there && known[wanted] !== undefined) return;

  if (!there) {
    if (engine.host === undefined || engine.host.startsWith("unix://"))
      needSpace("/var/lib", 2, "The snapshot of a virtual machine");
    say("starting a virtual machine, for the snapshot that all later ones start from");
    await ask("docker", ["volume", "create", "--label", "vethlab.image=vm", snapshot], { env });
  }
  const accelerator = await makeSnapshot(engine, snapshot, say);
  const found: Known = { snapshot, kvm: accelerator === "kvm", by: packageRoot };
  const kept = { ...(await removeOld(engine, known, snapshot)), [wanted]: found };
  writeFileSync(vmSnapshotFile, JSON.stringify(kept, undefined, 2));
}

async function makeSnapshot(engine: Engine, volume: string, say: (line: string) => void): Promise<string> {
  const options = { env: engineEnvironment(engine), extendEnv: false, reject: false, timeout: makingTimeout };
  const run = async (devices: string[]) => {
    const running = execa(
      "docker",
      [
        ...["run", "--rm", "--network", "none", "--cap-drop", "ALL"],
        ...vmCapabilities.flatMap((name) => ["--cap-add", name]),
        ...vmSecurityOptions.flatMap((option) => ["--security-opt", option]),
        ...devices.flatMap((device) => ["--device", device]),
        ...["--volume", `${volume}:/vm`, imageReference("vm"), "snapshot"],
      ],
      options,
    );
    running.stderr.on("data", (text: Buffer) => {
      const line = /^vethlab-vm: (.*)$/m.exec(text.toString())?.[1];
      if (line !== undefined) say(`virtual machine: ${line}`);
    });
    return running;
  };
  let result = await run(["/dev/net/tun", "/dev/kvm"]);
  // 125: docker itself failed, since the machine has no /dev/kvm.
  if (result.exitCode === 125) result = await run(["/dev/net/tun"]);
  if (result.failed) {
    await ask("docker", ["volume", "rm", volume], options);
    throw new MachineLacks(
      `The snapshot of a virtual machine cannot be made:\n${result.stderr.trim()}`,
      "see that the machine has /dev/net/tun, 1 GB of memory to spare, and is not too busy; then try again.",
    );
  }
  return result.stdout.trim();
}

/** Removes the volumes of earlier recipes of ours. Resolves to the snapshots that stay: of others, or still in use. */
async function removeOld(engine: Engine, known: Snapshots, current: string): Promise<Snapshots> {
  const env = engineEnvironment(engine);
  const kept: Snapshots = {};
  for (const [its, one] of Object.entries(known)) {
    if (one === undefined || one.snapshot === current) continue;
    if (one.by === packageRoot) await ask("docker", ["volume", "rm", one.snapshot], { env });
    if ((await ask("docker", ["volume", "inspect", one.snapshot], { env })).ok) kept[its] = one;
  }
  return kept;
}

function madeFor({ kernel, host }: Engine): string {
  return [imageReference("vm"), kernel, cpus()[0]?.model, host].join(" | ");
}

/** By recipe, kernel, processor and engine that each was made for. */
type Snapshots = Partial<Record<string, Known>>;

function readKnown(): Snapshots {
  return existsSync(vmSnapshotFile) ? (JSON.parse(readFileSync(vmSnapshotFile, "utf8")) as Snapshots) : {};
}
