import { extname, join } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { turnIn } from "../checks/report-file.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import type { Topology } from "./topology.ts";

export interface VerificationArgs {
  /** What is claimed of what. */
  topology: Topology;
  /** File for the report (JSON). Default: in the project's `.vethlab/results/`. */
  resultsFile?: string | undefined;
}

const { dirname, filename } = import.meta;
const program = join(dirname, "..", "checks", `deploy${extname(filename)}`);

const ARGUMENTS: ArgumentNames<VerificationArgs> = { topology: true, resultsFile: true };

/**
 * Tests the claims of a topology with packets as the last step of a deployment; `pulumi up` fails when one does not
 * hold. It runs again whenever anything in the topology has changed, and after a report that was not green. Nothing may depend on it: a failed claim must not
 * take away the outputs that one needs to look into it.
 *
 * @example new Verification("verification", { topology });
 */
export class Verification extends pulumi.ComponentResource {
  readonly resources: { test: command.local.Command };

  constructor(name: string, args: VerificationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:lab:Verification", name, {}, opts);
    refuseUnknown(`verification`, args, ARGUMENTS);
    const { topology, resultsFile = topology.site.machine.resultsFile } = args;
    const members = topology.whole.then((): pulumi.Input<pulumi.Resource>[] => [...topology.site.members]);
    const test = new command.local.Command(
      `${name}-test`,
      {
        interpreter: [process.execPath, program],
        create: "test",
        delete: "forget",
        stdin: topology.document.apply((document) => JSON.stringify(document)),
        addPreviousOutputInEnv: false,
        ...(resultsFile === undefined
          ? {}
          : { environment: { VETHLAB_RESULTS: resultsFile, VETHLAB_TURN: turnIn(resultsFile) } }),
      },
      { parent: this, dependsOn: members },
    );
    this.resources = { test };
    this.registerOutputs({});
  }
}
