import { resolveConfig } from "../topology/config.ts";
import { project } from "../toolchain/project.ts";
import { WrongUse } from "./exit.ts";
import { aboutLab } from "./labs.ts";

/** `key=value`; in a project of the user's the key may be of another namespace (`aws:region`). */
const setting = project.builtIn ? /^(?:vethlab:)?([^=:]+)=(.*)$/s : /^([^=]+)=(.*)$/s;

/**
 * Reads the `-c key=value` of a command line.
 *
 * @throws WrongUse for what is not of that form
 */
export function readSettings(written: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    written.map((one) => {
      const match = setting.exec(one);
      if (match === null) throw new WrongUse(`"${one}" is no setting: write -c key=value.`);
      const [, key = "", value = ""] = match;
      if (project.builtIn && key === "lab")
        throw new WrongUse(`The setting "lab" goes with the stack: vethlab up LAB --stack NAME.`);
      return [key, value];
    }),
  );
}

/**
 * Refuses settings that the lab does not know before they are written to the stack's file.
 *
 * @throws LabError with every one of them
 */
export async function checkSettings(lab: string, settings: Readonly<Record<string, string>>): Promise<void> {
  if (project.labFiles !== undefined && Object.keys(settings).length > 0)
    throw new WrongUse(`A lab file has no settings: write into ${lab} what -c says.`);
  // Pulumi's program of the user's checks its own.
  if (!project.builtIn || Object.keys(settings).length === 0) return;
  const { config } = await aboutLab(lab);
  resolveConfig(config, settings);
}

/** Settings as Pulumi's command line takes them. */
export function configArgs(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
}
