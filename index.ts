import "./toolchain/late-modules.ts";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { Addresses, Topology } from "./topology/document.ts";
import { resolveConfig } from "./topology/config.ts";
import { hostSetting } from "./topology/host-kind.ts";
import type { About } from "./topology/lab.ts";
import type { Machine, SshMachine } from "./topology/machine.ts";
import { LabError } from "./topology/problems.ts";
import { sshTargets } from "./topology/ssh.ts";
import { didYouMean } from "./topology/suggest.ts";
import { codeExtension, codeFiles } from "./toolchain/code-files.ts";
import { kernelLacks } from "./toolchain/kernel.ts";
import { labMachine } from "./toolchain/machine.ts";
import { lookAtSshMachines } from "./toolchain/ssh-machines.ts";
import { packageRoot } from "./toolchain/paths.ts";
import { declare, forPeople, ownConfig } from "./program.ts";

/** A file of stacks/. */
interface Lab {
  about: About;
  build: (
    config: z.infer<About["config"]>,
    machine: Machine,
  ) => { topology: pulumi.Output<Topology>; addresses: pulumi.Output<Addresses> };
}

async function deploy(): Promise<ReturnType<Lab["build"]>> {
  const written = ownConfig();
  const name = written["lab"] ?? pulumi.getStack();
  const known = codeFiles(join(packageRoot, "stacks"));
  if (!known.includes(name)) {
    throw new LabError([
      {
        place: written["lab"] === undefined ? "stack" : "config.lab",
        value: name,
        allowed: `there is no such lab; the labs are ${known.join(", ")}`,
        fix: `${didYouMean(name, known)} A stack of another name says its lab: pulumi config set lab ${known[0] ?? ""}`,
      },
    ]);
  }
  const [{ about, build }, machine] = await Promise.all([
    import(join(packageRoot, "stacks", `${name}${codeExtension}`)) as Promise<Lab>,
    labMachine(pulumi.getStack()),
  ]);
  const config = resolveConfig(about.config, written);
  const lacks = hostSetting(config) === "auto" ? { kernelLacks: await kernelLacks(about.needs) } : {};
  const sshMachines = await sshMachinesOf(config);
  return declare(() => build(config, { ...machine, ...lacks, sshMachines }));
}

/** The machines of the setting `machines`, as they are found now: within 10 s. */
function sshMachinesOf({ host, machines, sshConfig }: Record<string, unknown>): Promise<SshMachine[]> {
  if (host !== "ssh" || typeof machines !== "string") return Promise.resolve([]);
  return lookAtSshMachines(sshTargets(machines, typeof sshConfig === "string" ? sshConfig : undefined));
}

/** `topology`: the lab as plain data. `addresses`: node -> network -> IP address, prefix length and MAC address. */
export const { topology, addresses } = await deploy().catch(forPeople);
