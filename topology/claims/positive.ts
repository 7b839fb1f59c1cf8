/** Claims that are shown by an answer. They read like sentences. */
import { z } from "zod";
import { nameOfNode, type NodeRef } from "../refs.ts";
import { summary } from "./inspecting.ts";
import { refuseUnknownOptions } from "./options.ts";
import { dnsProbe, HTTP_PLACE, type HttpPlace, httpProbe, pingProbe, Probe, tcpProbe } from "./probes.ts";
import {
  address,
  addressOf,
  describeTarget,
  hostBeyond,
  nameOf,
  Target,
  type To,
  toTarget,
} from "./target.ts";

/** A claim that is shown by an answer; tried again until its deadline. */
export const PositiveClaim = z.strictObject({
  summary,
  probe: Probe.describe("what is sent"),
  expect: z
    .discriminatedUnion("answer", [
      z.strictObject({ answer: z.literal("reply") }),
      z.strictObject({ answer: z.literal("open") }),
      z.strictObject({
        answer: z.literal("contains"),
        text: z.string().describe("the text that the answer must hold"),
      }),
      z.strictObject({
        answer: z.literal("address-of"),
        nodes: z.array(Target).min(1).describe("the nodes whose addresses the answer must be"),
      }),
    ])
    .describe("what the answer must be"),
});

export type PositiveClaim = z.infer<typeof PositiveClaim>;

/** `from` pings the address of node `to`; on `network` where `to` is on several. */
export function ping(from: NodeRef, to: NodeRef, options: { network?: string } = {}): PositiveClaim {
  refuseUnknownOptions(["ping", from, to], options, { network: true });
  return pingClaim(from, addressOf(to, options.network));
}

/** `from` pings node `to` by its name, as an application looks it up. */
export function pingByName(from: NodeRef, to: NodeRef): PositiveClaim {
  return pingClaim(from, nameOf(to));
}

/** `from` pings an address that is no node's. */
export function pingAddress(from: NodeRef, to: string): PositiveClaim {
  return pingClaim(from, address(to));
}

/** `from` pings a host beyond the lab, by its address or its name. */
export function pingHost(from: NodeRef, to: string): PositiveClaim {
  return pingClaim(from, hostBeyond(to));
}

/** All `nodes` ping one another, both ways. `by`: address (default) or name. */
export function mesh(
  nodes: readonly NodeRef[],
  options: { by?: "address" | "name"; network?: string } = {},
): PositiveClaim[] {
  refuseUnknownOptions(["mesh", ...nodes], options, { by: true, network: true });
  const { by = "address", network } = options;
  return nodes.flatMap((from) =>
    nodes
      .filter((to) => nameOfNode(to) !== nameOfNode(from))
      .map((to) => pingClaim(from, by === "name" ? nameOf(to) : addressOf(to, network))),
  );
}

/** `from` finds, under `name`, exactly the addresses of `nodes`. */
export function resolves(from: NodeRef, name: string, nodes: readonly To[]): PositiveClaim {
  return {
    summary: `${nameOfNode(from)} resolves ${name} to ${nodes.map(describeTarget).join(", ")}`,
    probe: dnsProbe(from, name),
    expect: {
      answer: "address-of",
      nodes: nodes.map(toTarget),
    },
  };
}

/**
 * A web server at `to` answers `from`; with `contains` in its answer, where that is given. Of a published port `by` says
 * which node answers.
 */
export function http(from: NodeRef, to: To, options: HttpPlace & { contains?: string } = {}): PositiveClaim {
  refuseUnknownOptions(["http", from, to], options, { ...HTTP_PLACE, contains: true });
  const { contains, ...place } = options;
  return {
    summary: `${nameOfNode(from)} gets http from ${describeTarget(to)}${describePort(place.port, 80)}${describeBy(place)}`,
    probe: httpProbe(from, to, place),
    expect: contains === undefined ? { answer: "reply" } : { answer: "contains", text: contains },
  };
}

/** The web server at `to` (the lab's own tells it) sees `source` as the address that `from` comes from. */
export function seenAs(from: NodeRef, to: To, source: string, place: HttpPlace = {}): PositiveClaim {
  refuseUnknownOptions(["seenAs", from, to], place, HTTP_PLACE);
  return {
    summary: `${describeTarget(to)}${describePort(place.port, 80)} sees ${nameOfNode(from)} as ${source}`,
    probe: httpProbe(from, to, place),
    expect: { answer: "contains", text: `you are ${source}` },
  };
}

/** `from` can connect to a TCP port of `to`. */
export function tcp(from: NodeRef, to: To, port: number): PositiveClaim {
  return {
    summary: `${nameOfNode(from)} connects to ${describeTarget(to)}${describePort(port)}`,
    probe: tcpProbe(from, to, port),
    expect: { answer: "open" },
  };
}

/**
 * ` port 81`, or nothing for the customary one.
 *
 * @internal
 */
export function describePort(port?: number, customary?: number): string {
  return port === undefined || port === customary ? "" : ` port ${port}`;
}

function describeBy({ by }: HttpPlace): string {
  return by === undefined ? "" : `, answered by ${nameOfNode(by)}`;
}

function pingClaim(from: NodeRef, to: Target): PositiveClaim {
  return {
    summary: `${nameOfNode(from)} pings ${describeTarget(to)}`,
    probe: pingProbe(from, to),
    expect: { answer: "reply" },
  };
}
