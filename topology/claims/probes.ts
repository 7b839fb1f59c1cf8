/** What is sent, and asks for an answer. A probe alone is the control of a negative claim. */
import { z } from "zod";
import type { ArgumentNames } from "../arguments.ts";
import { nameOfNode, type NodeRef } from "../refs.ts";
import { refuseUnknownOptions } from "./options.ts";
import { Target, type To, toTarget } from "./target.ts";

const from = z.string().describe("the node that sends");
const port = z.int().min(1).max(65535).describe("the port, 1 to 65535");

/** A ping. */
export const Ping = z.strictObject({ kind: z.literal("ping"), from, to: Target.describe("where it goes") });

/** What is sent: a question that one packet exchange answers. */
export const Probe = z.discriminatedUnion("kind", [
  Ping,
  z.strictObject({ kind: z.literal("tcp"), from, to: Target.describe("where it goes"), port }),
  z.strictObject({
    kind: z.literal("http"),
    from,
    to: Target.describe("where it goes"),
    port,
    path: z.string().default("/").describe("path of the request"),
    by: z
      .string()
      .optional()
      .describe(
        "the node that must answer behind a port of `to`; absent: `to` itself, or any behind a host's",
      ),
  }),
  z.strictObject({ kind: z.literal("dns"), from, name: z.string().describe("the name that is looked up") }),
  z.strictObject({
    kind: z.literal("sweep"),
    from,
    to: z.array(Target).min(1).describe("where pings go, all at once"),
  }),
  z.strictObject({
    kind: z.literal("lookups"),
    from,
    names: z.array(z.string()).min(1).describe("the names that are looked up"),
  }),
]);
export type Probe = z.infer<typeof Probe>;

/** A probe that goes to one target. */
export type DirectProbe = Extract<Probe, { to: Target }>;

/** Whether a probe goes to one target. */
export function isDirect(probe: Probe): probe is DirectProbe {
  return "to" in probe && !Array.isArray(probe.to);
}

/**
 * The targets of a probe; none of a look-up.
 *
 * @internal
 */
export function targetsOf(probe: Probe): readonly Target[] {
  return "to" in probe ? [probe.to].flat() : [];
}

/** `from` pings `to`. */
export function pingProbe(from: NodeRef, to: To): Extract<Probe, { kind: "ping" }> {
  return { kind: "ping", from: nameOfNode(from), to: toTarget(to) };
}

/** `from` opens a TCP connection to `to`. */
export function tcpProbe(from: NodeRef, to: To, port: number): Probe {
  return { kind: "tcp", from: nameOfNode(from), to: toTarget(to), port };
}

/** Where an HTTP request goes. */
export interface HttpPlace {
  /** Default 80. */
  port?: number;
  /** Default `/`. */
  path?: string;
  /**
   * Behind a published port: the node that must answer. Default: the one that is asked; of a host, any that its port
   * leads to.
   */
  by?: NodeRef;
}

/** The names of the options. */
export const HTTP_PLACE: ArgumentNames<HttpPlace> = { port: true, path: true, by: true };

/** `from` asks the web server at `to`. */
export function httpProbe(from: NodeRef, to: To, options: HttpPlace = {}): Probe {
  refuseUnknownOptions(["httpProbe", from, to], options, HTTP_PLACE);
  const { port = 80, path = "/", by } = options;
  return {
    kind: "http",
    from: nameOfNode(from),
    to: toTarget(to),
    port,
    path,
    ...(by === undefined ? {} : { by: nameOfNode(by) }),
  };
}

/** `from` pings all of `to` at once. */
export function sweepProbe(from: NodeRef, to: readonly To[]): Extract<Probe, { kind: "sweep" }> {
  return { kind: "sweep", from: nameOfNode(from), to: to.map(toTarget) };
}

/** `from` looks names up, one after another. */
export function lookupsProbe(from: NodeRef, names: readonly string[]): Extract<Probe, { kind: "lookups" }> {
  return { kind: "lookups", from: nameOfNode(from), names: [...names] };
}

/** `from` looks a name up. */
export function dnsProbe(from: NodeRef, name: string): Probe {
  return { kind: "dns", from: nameOfNode(from), name };
}
