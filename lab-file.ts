/** The Pulumi program of lab files: the stack's name is the file's. */
import "./toolchain/late-modules.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Lab } from "./components/lab.ts";
import { declare, forPeople, ownConfig } from "./program.ts";
import { readLabFile } from "./topology/lab-data/lab-file.ts";
import { tellPlaces } from "./topology/problems.ts";
import { labMachine } from "./toolchain/machine.ts";
import { enterLabFiles } from "./toolchain/project.ts";

async function deploy(): Promise<Lab> {
  const { folder = "" } = ownConfig();
  const name = pulumi.getStack();
  enterLabFiles(folder);
  const machine = await labMachine(name);
  const { data, tell } = readLabFile(readFileSync(join(folder, name), "utf8"), name);
  tellPlaces(tell);
  return declare(() => new Lab(name, { ...data, machine }));
}

/** `topology`: the lab as plain data. `addresses`: node -> network -> IP address, prefix length and MAC address. */
export const { topology, addresses } = await deploy().catch(forPeople);
