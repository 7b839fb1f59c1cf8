import { z } from "zod";
import { engineVersions, type EngineVersion } from "./engines.ts";
import { LabError, type Problem } from "./problems.ts";
import { didYouMean } from "./suggest.ts";

/** What a lab stands on: lab hosts that are containers or virtual machines, the user's own engine, or machines of the user's by ssh. */
export type HostKind = "container" | "vm" | "local" | "ssh";

/** What a lab is said to stand on. `auto`: containers where the kernel has what it needs, else virtual machines. */
export type HostSetting = HostKind | "auto";

/** How the engines of lab hosts are reached: by Unix sockets, or with TLS on 127.0.0.1. */
export type Transport = "socket" | "tls";

/** The settings of a lab: those that every lab has, and its own. `hosts`: where it may stand, the default first. */
export function settings<
  const Hosts extends readonly [HostSetting, ...HostSetting[]],
  Own extends z.ZodRawShape,
>(hosts: Hosts, own: Own) {
  return z.strictObject({
    lab: z.string().optional().describe("the lab, where the stack has another name"),
    host: z
      .enum(hosts)
      .default(hosts[0] as never)
      .describe(
        "where it stands: container (with an engine of its own), vm (with a kernel too), auto (a container where the kernel does), local (the local engine), ssh (machines of yours: see machines)",
      ),
    machines: z
      .string()
      .optional()
      .describe("with host=ssh: your machines, ssh://USER@HOST:PORT, separated by commas"),
    sshConfig: z
      .string()
      .optional()
      .describe("with host=ssh: file of ssh_config(5) for them; default: ssh's own"),
    underlay: z
      .string()
      .optional()
      .describe(
        "IPv4 CIDR of the network that hosts are on; default: a free one; with host=ssh: the addresses that ssh reaches",
      ),
    transport: z
      .enum(["socket", "tls"])
      .optional()
      .describe(
        "how the engines of lab hosts are reached: a Unix socket, or a port of 127.0.0.1 with TLS; default: tls where the engine is in a virtual machine (Docker Desktop)",
      ),
    engine: engineSetting(engineVersions),
    ...own,
  });
}

/**
 * Which version of the engine lab hosts have. For a lab that needs one of a few: those versions, the default first, and the
 * reason.
 */
export function engineSetting<const Versions extends readonly [EngineVersion, ...EngineVersion[]]>(
  versions: Versions,
  why?: string,
) {
  return z
    .enum(versions)
    .default(versions[0] as never)
    .describe(`version of the engine of lab hosts that are containers${why === undefined ? "" : `; ${why}`}`);
}

/** A setting that is true or false. */
export function flag(byDefault: boolean, description: string) {
  return z
    .stringbool({ truthy: ["true"], falsy: ["false"] })
    .default(byDefault)
    .describe(description);
}

/** A setting that is a whole number, of such that are allowed. */
export function wholeNumber(
  { min, max }: { min: number; max: number },
  byDefault: number,
  description: string,
) {
  return z.coerce.number().int().min(min).max(max).default(byDefault).describe(description);
}

/** Whom claims of egress go to, instead of the stand-in for the internet. */
export const outsideSetting = z
  .string()
  .regex(
    /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/,
    "must be an IPv4 address or a host name, such as example.com",
  )
  .optional()
  .describe(
    "a real host that claims of egress go to, by address or name; default: the stand-in beside the lab",
  );

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
