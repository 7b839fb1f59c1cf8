import { z } from "zod";
import { engineVersions } from "./engines.ts";
import { LabError, type Problem } from "./problems.ts";
import { didYouMean } from "./suggest.ts";

/** Where a lab may stand. */
export type HostKind = "container" | "local";

/** The settings of a lab: those that every lab has, and its own. `hosts`: where it may stand, the default first. */
export function settings<const Hosts extends readonly [HostKind, ...HostKind[]], Own extends z.ZodRawShape>(
  hosts: Hosts,
  own: Own,
) {
  return z.strictObject({
    lab: z.string().optional().describe("the lab, where the stack has another name"),
    host: z
      .enum(hosts)
      .default(hosts[0] as never)
      .describe("where it stands: a container with an engine of its own, or the local engine"),
    underlay: z
      .string()
      .optional()
      .describe("IPv4 CIDR of the network that lab hosts are on; default: a free one"),
    ...own,
  });
}

/** Which version of the engine lab hosts have. */
export const engineSetting = z
  .enum(engineVersions)
  .default("20.10")
  .describe("version of the lab hosts' engines: Debian bookworm's, or Debian trixie's");

/** A setting that is true or false. */
export function flag(byDefault: boolean, description: string) {
  return z
    .stringbool({ truthy: ["true"], falsy: ["false"] })
    .default(byDefault)
    .describe(description);
}

/**
 * A lab's settings, from what was written (`vethlab:<key>` in the stack's configuration, always strings).
 * Missing ones take their default.
 * @throws LabError with every unknown key and every value that is not allowed.
 */
export function resolveConfig<Config extends z.ZodObject>(
  schema: Config,
  written: Readonly<Record<string, string>>,
): z.infer<Config> {
  const result = schema.safeParse(written);
  if (result.success) return result.data;
  const known = Object.keys(schema.shape);
  throw new LabError(result.error.issues.flatMap((issue) => problemsOf(issue, written, known)));
}

function problemsOf(
  issue: z.core.$ZodIssue,
  written: Readonly<Record<string, string>>,
  known: readonly string[],
): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      place: `config.${key}`,
      value: written[key] ?? "",
      allowed: "there is no such setting",
      fix: didYouMean(key, known),
    }));
  }
  const key = String(issue.path[0]);
  const value = written[key] ?? "";
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    return [
      {
        place: `config.${key}`,
        value,
        allowed: `must be ${allowed.join(" or ")}`,
        fix: didYouMean(value, allowed),
      },
    ];
  }
  return [
    { place: `config.${key}`, value, allowed: issue.message, fix: "write another value, or leave it out" },
  ];
}
