import { type ArgumentNames, refuseUnknown } from "../arguments.ts";
import { type To, describeTarget } from "./target.ts";

/**
 * Refuses options that the maker of a claim does not know.
 *
 * @param call its name, and whom it is about: `http`, `box1`, `box2`
 * @throws LabError with all unknown options
 */
export function refuseUnknownOptions<Options extends object>(
  [name, ...about]: readonly [name: string, ...about: To[]],
  options: Options,
  known: ArgumentNames<Options>,
): void {
  refuseUnknown(`${name}(${about.map(describeTarget).join(", ")})`, options, known);
}
