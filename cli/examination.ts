import { readdirSync } from "node:fs";
import { type HostSetting, resolveConfig } from "../topology/config.ts";
import { chooseHost, type HostChoice, hostSetting } from "../topology/host-kind.ts";
import type { About, KernelFeature } from "../topology/lab.ts";
import { type Compose, findCompose, ownCompose } from "../toolchain/compose.ts";
import { freeBytes } from "../toolchain/disk.ts";
import { type Engine, findEngine } from "../toolchain/engine.ts";
import { missingImages } from "../toolchain/images.ts";
import { type KernelFeatures, kernelFeatures } from "../toolchain/kernel.ts";
import { packageRoot, toolchainHome } from "../toolchain/paths.ts";
import { ask } from "../toolchain/programs.ts";
import { havePulumi, readPulumiState } from "../toolchain/pulumi.ts";
import { aboutLab, labNames } from "./labs.ts";

/** One thing that was looked at. */
export interface Finding {
  what: string;
  ok: boolean;
  found: string;
}

/** Whether a lab can run here. */
export interface LabFinding {
  lab: string;
  /** What it stands on when no setting says otherwise, and why; undefined where the kernel could not be tried out. */
  host: HostChoice | undefined;
  needs: readonly KernelFeature[];
  /** Why it cannot; empty when it can. */
  missing: string[];
}

export interface Examination {
  machine: Finding[];
  kernel: Finding[];
  labs: LabFinding[];
}

/** What a lab's host, its boxes and their images take at the most. */
const NEEDED_GB = 3;

/** Looks at all that labs need of a machine. The environment must be that of the labs. */
export async function examine(): Promise<Examination> {
  const engine = await findEngine();
  const machine = [
    engineFinding(engine),
    ...(await engineFindings(engine)),
    ...toolchainFindings(),
    composeFinding(await findCompose()),
    diskFinding(),
  ];
  const features = await kernelOf();
  const blocked = machine.filter(({ ok }) => !ok).map(({ what, found }) => `${what}: ${found}`);
  const labs = await Promise.all(
    labNames().map(async (lab) => {
      const { needs, config } = await aboutLab(lab);
      return { lab, needs, ...choiceFor(needs, hostSetting(resolveConfig(config, {})), features, blocked) };
    }),
  );
  return { machine, kernel: typeof features === "string" ? [] : kernelFindings(features), labs };
}

/** What a lab stands on, and why it cannot run all the same. A virtual machine brings a kernel that has all. */
function choiceFor(
  needs: About["needs"],
  setting: HostSetting,
  features: KernelFeatures | string,
  blocked: string[],
): Pick<LabFinding, "host" | "missing"> {
  const missing = lacking(needs, features);
  if (typeof features === "string") return { host: undefined, missing: [...blocked, ...missing] };
  const host = chooseHost(
    setting,
    needs.filter((need) => !features[need].available),
  );
  return { host, missing: host.kind === "vm" ? blocked : [...blocked, ...missing] };
}

/** What of a lab's needs the kernel does not have, each with how that was found out. */
export function lacking(needs: About["needs"], features: Partial<KernelFeatures> | string): string[] {
  if (typeof features === "string") return needs.length > 0 ? [features] : [];
  return needs
    .filter((need) => features[need]?.available !== true)
    .map((need) => `kernel: no ${need} (${features[need]?.how ?? "not tried"})`);
}

function engineFinding(engine: Engine | undefined): Finding {
  if (engine === undefined) {
    return {
      what: "Docker engine",
      ok: false,
      found: 'none answers: "node toolchain/bootstrap.mjs" looks for one, and starts one where it can',
    };
  }
  const { version, apiVersion, how, host } = engine;
  return {
    what: "Docker engine",
    ok: true,
    found: `${version} (API ${apiVersion}), found by ${how}${host === undefined ? "" : `: ${host}`}`,
  };
}

async function engineFindings(engine: Engine | undefined): Promise<Finding[]> {
  if (engine === undefined) return [];
  const [missing, info] = await Promise.all([
    missingImages(engine),
    ask("docker", ["info", "--format", "{{json .SecurityOptions}} {{.CgroupVersion}} {{.OperatingSystem}}"]),
  ]);
  const who = process.getuid?.() === 0 ? "root" : "an ordinary user who may use the engine";
  return [
    { what: "privileges", ok: true, found: who },
    {
      what: "engine's machine",
      ok: info.ok,
      found: info.ok ? `kernel ${engine.kernel}; ${info.stdout.trim()}` : info.stderr.trim(),
    },
    {
      what: "images",
      ok: missing.length === 0,
      found:
        missing.length === 0
          ? "box and host are built"
          : `not built: ${missing.join(", ")}; "node toolchain/bootstrap.mjs" builds them`,
    },
  ];
}

function toolchainFindings(): Finding[] {
  const pulumi = readPulumiState();
  const plugins = Object.entries(pulumi?.plugins ?? {}).map(([name, version]) => `${name} ${version}`);
  const packages = readdirSync(packageRoot).includes("node_modules");
  return [
    { what: "Node", ok: packages, found: process.version },
    {
      what: "Pulumi",
      ok: havePulumi(),
      found:
        pulumi === undefined
          ? 'not installed: "node toolchain/bootstrap.mjs"'
          : `${pulumi.pulumi} (${pulumi.way}), plugins ${plugins.join(", ")}`,
    },
  ];
}

/** A machine without Compose lacks nothing: labs of Compose files alone need one, and it comes by itself on Linux. */
export function composeFinding(compose: Compose | undefined, platform = process.platform): Finding {
  const fetched = "comes by itself for the first Compose file";
  const install = "install it for Compose files: docs.docker.com/compose/install";
  return {
    what: "Compose",
    ok: true,
    found:
      compose === undefined
        ? `none: ${platform === "linux" ? fetched : install}`
        : `${compose.version}, ${compose.words[0] === ownCompose ? "vethlab's own" : compose.words.join(" ")}`,
  };
}

function diskFinding(): Finding {
  const free = freeBytes(toolchainHome) / 1e9;
  return {
    what: "disk",
    ok: free >= NEEDED_GB,
    found: `${free.toFixed(1)} GB free at ${toolchainHome}; labs need up to ${NEEDED_GB} GB`,
  };
}

/** The kernel's features, or why they are not known. */
async function kernelOf(): Promise<KernelFeatures | string> {
  try {
    return await kernelFeatures();
  } catch (error) {
    return `the kernel could not be tried out: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`;
  }
}

function kernelFindings(features: KernelFeatures): Finding[] {
  return Object.entries(features).map(([what, { available, how }]) => ({ what, ok: available, found: how }));
}
