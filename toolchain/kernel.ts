import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

import { imageReference } from "../images/recipe.ts";
import { scriptCall } from "../scripts/index.ts";
import { type Engine, engineEnvironment, reachableEngine } from "./engine.ts";
import { MachineLacks } from "./lacks.ts";
import { kernelFile, toolchainHome } from "./paths.ts";
import { ask } from "./programs.ts";

/** What labs may need of a kernel. */
export type KernelFeatureName = keyof typeof trials;

export interface KernelFeature {
  available: boolean;
  /** The command that was tried, and its error message where the command failed. */
  how: string;
}

export type KernelFeatures = Record<KernelFeatureName, KernelFeature>;

/** For each feature a command that succeeds only on a kernel with this feature. Commands touch only what they create. */
const trials = {
  bridge: "ip link add try-bridge type bridge",
  veth: "ip link add try-veth0 type veth peer name try-veth1",
  vxlan: "ip link add try-vxlan type vxlan id 42 dstport 4789 local 127.0.0.1 dev lo",
  // Virtual addresses of Swarm services. The engine tries the module in the same way.
  ip_vs: "iptables -t nat -A POSTROUTING -m ipvs --ipvs -j RETURN",
  // Encrypted overlays.
  esp: "ip xfrm state add src 127.0.0.1 dst 127.0.0.2 proto esp spi 0x42 mode transport aead 'rfc4106(gcm(aes))' 0x0123456789abcdef0123456789abcdef01234567 64",
  iptables: "iptables -t nat -L -n",
  br_netfilter: "ip link add try-filter type bridge; test -e /proc/sys/net/bridge/bridge-nf-call-iptables",
  overlay: "grep -w overlay /proc/filesystems",
  dummy: "ip link add try-dummy type dummy",
  ipvlan:
    "ip link add try-below0 type veth && ip link add link try-below0 name try-ipvlan type ipvlan mode l2",
  macvlan:
    "ip link add try-below2 type veth && ip link add link try-below2 name try-macvlan type macvlan mode bridge",
} as const;

const names = Object.keys(trials) as KernelFeatureName[];

/**
 * The features of the engine's kernel, tried out in a throwaway container with a network of its own. Kept for each kernel
 * release: starting the container takes half a second.
 *
 * @throws MachineLacks when no engine answers or the host image is missing
 */
export async function kernelFeatures(): Promise<KernelFeatures> {
  const engine = await reachableEngine();
  const known = readKnown();
  // An earlier version of vethlab may have tried fewer features.
  const features = known[engine.kernel];
  if (features && names.every((name) => name in features)) return features;

  const found = await tryFeatures(engine);
  mkdirSync(toolchainHome, { recursive: true });
  writeFileSync(kernelFile, JSON.stringify({ ...known, [engine.kernel]: found }, undefined, 2));
  return found;
}

/**
 * The needs of a lab that the engine's kernel lacks.
 *
 * @throws MachineLacks when the features of the kernel cannot be tried out
 */
export async function kernelLacks(needs: readonly KernelFeatureName[]): Promise<KernelFeatureName[]> {
  const features = await kernelFeatures();
  return needs.filter((need) => !features[need].available);
}

async function tryFeatures(engine: Engine): Promise<KernelFeatures> {
  // The mark tells results from other output of the commands.
  const mark = `result-${randomBytes(4).toString("hex")}`;
  const [program = "", ...words] = scriptCall("kernel-features", [], {
    MARK: mark,
    TRIALS: Object.entries(trials)
      .map((trial) => trial.join(" "))
      .join("\n"),
  });
  const { ok, stdout, stderr } = await ask(
    "docker",
    [
      ...["run", "--rm", "--network", "none", "--cap-add", "NET_ADMIN"],
      ...["--entrypoint", program, imageReference("host"), ...words],
    ],
    { env: engineEnvironment(engine), timeoutMs: 30_000 },
  );
  if (!ok) {
    throw new MachineLacks(
      `The kernel could not be tried out: ${stderr.trim()}`,
      "see that the images are built: `node toolchain/bootstrap.mjs`.",
    );
  }
  return readResults(stdout, mark);
}

/** Reads lines of `MARK NAME STATUS LAST-LINE`. */
export function readResults(output: string, mark: string): KernelFeatures {
  const rows = output.split("\n").map((line) => line.split(" "));
  return Object.fromEntries(
    names.map((name) => {
      const [, , status, ...said] = rows.find(([first, second]) => first === mark && second === name) ?? [];
      const available = status === "0";
      const command = trials[name].replace(/0x[0-9a-f]{20,}/, "KEY");
      return [name, { available, how: available ? command : `${command}: ${said.join(" ") || "failed"}` }];
    }),
  ) as KernelFeatures;
}

function readKnown(): Partial<Record<string, KernelFeatures>> {
  try {
    return JSON.parse(readFileSync(kernelFile, "utf8")) as Record<string, KernelFeatures>;
  } catch {
    return {};
  }
}
