import { LabError, type Problem } from "./problems.ts";
import { didYouMean } from "./suggest.ts";

/** The names of all arguments, complete by type, with those of each member of a union. */
export type ArgumentNames<Args> = Readonly<Record<Args extends unknown ? keyof Args : never, true>>;

/**
 * Refuses arguments that a component, or what makes a claim, does not know. A running program has no types any more: a
 * misspelt argument would be dropped, and the tested lab would not be the written one.
 *
 * @param place in the lab: `boxes.web`
 * @throws LabError with all unknown arguments
 */
export function refuseUnknown<Args extends object>(
  place: string,
  args: Args,
  known: ArgumentNames<Args>,
): void {
  const names = Object.keys(known);
  const problems = Object.entries(args)
    .filter(([name]) => !names.includes(name))
    .map(([name, value]): Problem => ({
      place: `${place}.${name}`,
      value: inShort(value),
      allowed: "there is no such argument",
      fix: didYouMean(name, names),
    }));
  if (problems.length > 0) throw new LabError(problems);
}

/** A value in a message: a plain value as it is written, any other by its kind. */
export function inShort(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "[...]";
  return typeof value === "object" && value !== null ? "{...}" : String(value);
}
