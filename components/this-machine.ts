import { spawnSync } from "node:child_process";
import { extname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../topology/machine.ts";

const { dirname, filename } = import.meta;
const program = join(dirname, "..", "toolchain", `look${extname(filename)}`);

/**
 * What a program of one's own knows of the machine that it is deployed on: 0.3 s. Under Pulumi's mocks nothing is known.
 *
 * @throws RunError when no engine answers
 */
export function thisMachine(): Machine {
  if ("mocks" in (pulumi.runtime.getMonitor() ?? {})) return { networksInUse: [] };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, pulumi.getStack()], {
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new pulumi.RunError(stderr.trim());
  return JSON.parse(stdout) as Machine;
}
