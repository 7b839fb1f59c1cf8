/**
 * Prints, as JSON, what a lab must know of this machine: `node look.ts STACK`, in the folder of the lab's program. A
 * process of its own, since components are made at once, and cannot wait.
 *
 * Exit status: 0, or 3 with a message on standard error where no engine answers.
 */
import { asLack } from "./lacks.ts";
import { labMachine } from "./machine.ts";

try {
  console.log(JSON.stringify(await labMachine(process.argv[2] ?? "")));
} catch (error) {
  const lack = asLack(error);
  if (lack === undefined) throw error;
  console.error(lack.message);
  process.exitCode = lack.exitCode;
}
