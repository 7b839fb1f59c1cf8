/** The provider `pulumi-resource-vethlab`: the component `Lab` for Pulumi programs in any language. */
import * as pulumi from "@pulumi/pulumi";
import { main, type Provider } from "@pulumi/pulumi/provider/index.js";
import { Lab, type LabArgs } from "../components/lab.ts";
import { labMachine } from "../toolchain/machine.ts";
import { version } from "../toolchain/paths.ts";
import { enterProgram } from "../toolchain/project.ts";
import { LAB, packageSchema } from "./package-schema.ts";

const provider: Provider = {
  version,
  getSchema: () => Promise.resolve(JSON.stringify(packageSchema(version))),
  async construct(name, type, inputs, options) {
    if (type !== LAB) throw new Error(`vethlab has no component ${type}: it has ${LAB}`);
    const machine = await labMachine(pulumi.getStack());
    const { urn, topology, addresses } = new Lab(name, { ...(inputs as LabArgs), machine }, options);
    return { urn, state: { topology, addresses } };
  },
};

// Pulumi starts a provider in the folder of the program.
enterProgram(process.cwd());
await main(provider, process.argv.slice(2));
