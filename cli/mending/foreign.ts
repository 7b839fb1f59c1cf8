import { Failed } from "../exit.ts";
import type { StackState } from "./state.ts";
import { urnName } from "./state.ts";

/** Types of the resources that labs consist of: what stands of these is found by its labels, or goes with its host. */
const OF_LABS = /^(?:docker|command|pulumi):|^pulumi:providers:(?:docker|command)$/;

/**
 * Refuses to forget a record without Pulumi's help where it has resources that are no part of a lab: a program of the
 * user's may have others, and nobody would know of these any more.
 *
 * @throws Failed with their names
 */
export function refuseForeign(stack: string, { resources }: StackState): void {
  const foreign = resources.filter(({ custom, type }) => custom && !OF_LABS.test(type));
  if (foreign.length === 0) return;
  const names = foreign.map(({ urn }) => urnName(urn)).join(", ");
  throw new Failed(
    `The stack "${stack}" has resources that are no part of a lab, and Pulumi could not remove them: ${names}.\n  What to do: see what Pulumi says: eval "$(npx vethlab env)"; pulumi destroy --stack ${stack}`,
  );
}
