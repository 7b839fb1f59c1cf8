import { constants } from "node:os";
import { enterLabEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { resolveTarget } from "../labs.ts";
import { placeOf } from "../node-command.ts";
import { topologyOf } from "../topology-of.ts";
import { describeTrace } from "../tracing/describe.ts";
import { readDestination } from "../tracing/destination.ts";
import { tracePacket } from "../tracing/trace.ts";

/** `vethlab trace`: sends one packet and tells its way. That it is dropped is an answer, not a failure: exit code 0. */
export async function trace(
  lab: string | undefined,
  from: string,
  to: string,
  { json = false }: { json?: boolean },
): Promise<ExitCode> {
  const topology = topologyOf(resolveTarget(lab));
  placeOf(topology, from);
  const destination = readDestination(topology, from, to);
  await enterLabEnvironment();
  const traced = await tracePacket(topology, from, destination, process.env, (stop) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        void stop().finally(() => {
          process.exit(128 + constants.signals[signal]);
        });
      });
    }
  });
  console.log(json ? JSON.stringify(traced, undefined, 2) : describeTrace(traced));
  return EXIT.allWell;
}
