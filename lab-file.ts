/** The Pulumi program of labs that are files: YAML in vethlab's own words, or Compose files. */
import "./toolchain/late-modules.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Lab } from "./components/lab.ts";
import { type ComposeOptions, readComposeLab } from "./compose/compose-lab.ts";
import { isComposeFile } from "./compose/is-compose-file.ts";
import { declare, forPeople, ownConfig } from "./program.ts";
import type { LabData } from "./topology/lab-data/lab-data.ts";
import { readLabFile } from "./topology/lab-data/lab-file.ts";
import { type Problem, tellPlaces } from "./topology/problems.ts";
import { labMachine } from "./toolchain/machine.ts";
import { enterLabFiles } from "./toolchain/project.ts";

async function deploy(): Promise<Lab> {
  const { folder = "", compose } = ownConfig();
  const name = pulumi.getStack();
  enterLabFiles(folder);
  const machine = await labMachine(name);
  const { data, tell } = await read(folder, name, compose);
  tellPlaces(tell);
  return declare(() => new Lab(name, { ...data, machine }));
}

/** @param compose for Compose files: what the command was asked for. Default: the file of the stack's name, and no other */
async function read(
  folder: string,
  name: string,
  compose: string | undefined,
): Promise<{ data: LabData; tell: (problem: Problem) => string }> {
  if (compose !== undefined) return readComposeLab(JSON.parse(compose) as ComposeOptions);
  const file = join(folder, name);
  const text = readFileSync(file, "utf8");
  return isComposeFile(file, text) ? readComposeLab({ files: [file] }) : readLabFile(text, name);
}

/** `topology`: the lab as plain data. `addresses`: node -> network -> IP address, prefix length and MAC address. */
export const { topology, addresses } = await deploy().catch(forPeople);
