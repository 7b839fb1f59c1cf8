/** Claims that are shown by silence or refusal. Each needs controls: probes that must be answered before and after, and show
 * both ends alive. Without them a dead node would pass. */
import { z } from "zod";
import type { ArgumentNames } from "../arguments.ts";
import { nameOfNode, type NodeRef } from "../refs.ts";
import { summary } from "./inspecting.ts";
import { refuseUnknownOptions } from "./options.ts";
import {
  dnsProbe,
  HTTP_PLACE,
  type HttpPlace,
  httpProbe,
  lookupsProbe,
  pingProbe,
  Probe,
  sweepProbe,
  tcpProbe,
} from "./probes.ts";
import { describePort } from "./positive.ts";
import type { Target } from "./target.ts";
import { address, addressOf, describeTarget, hostBeyond, nameOf, type To } from "./target.ts";

/** A claim that is shown by silence or refusal; counts only while its controls hold, before and after. */
export const NegativeClaim = z.strictObject({
  summary,
  probe: Probe.describe("what is sent"),
  expect: z
    .discriminatedUnion("answer", [
      z.strictObject({ answer: z.literal("no reply") }),
      z.strictObject({ answer: z.literal("no way") }),
      z.strictObject({ answer: z.literal("refused") }),
      z.strictObject({ answer: z.literal("unknown name") }),
      z.strictObject({ answer: z.literal("unresolved") }),
    ])
    .describe("what must be observed"),
  controls: z.array(Probe).min(1).describe("probes that must be answered: they show both ends alive"),
});

export type NegativeClaim = z.infer<typeof NegativeClaim>;

/** What a negative claim stands on. */
export interface Controls {
  controls: readonly [Probe, ...Probe[]];
}

/** The names of the options. */
const CONTROLS: ArgumentNames<Controls> = { controls: true };

/** `from` gets no reply from the address of node `to`. */
export function noPing(from: NodeRef, to: NodeRef, options: Controls & { network?: string }): NegativeClaim {
  refuseUnknownOptions(["noPing", from, to], options, { ...CONTROLS, network: true });
  return noReply(from, addressOf(to, options.network), options.controls);
}

/** `from` gets no reply from any of these targets, pinged all at once: a wall between a node and many others. */
export function noPings(from: NodeRef, to: readonly To[], options: Controls): NegativeClaim {
  refuseUnknownOptions(["noPings", from, ...to], options, CONTROLS);
  return {
    summary: `${nameOfNode(from)} gets no reply from ${inShort(to.map(describeTarget))}`,
    probe: sweepProbe(from, to),
    expect: { answer: "no reply" },
    controls: [...options.controls],
  };
}

/** `from` gets no reply from an address that is no node's. */
export function noPingAddress(from: NodeRef, to: string, options: Controls): NegativeClaim {
  refuseUnknownOptions(["noPingAddress", from, to], options, CONTROLS);
  return noReply(from, address(to), options.controls);
}

/**
 * `from` reaches no host beyond the lab: by an address, no reply; by a name, not even an address for it, since the name
 * server is beyond as well.
 */
export function noPingHost(from: NodeRef, to: string, options: Controls): NegativeClaim {
  refuseUnknownOptions(["noPingHost", from, to], options, CONTROLS);
  const target = hostBeyond(to);
  if (target.by === "address") return noReply(from, target, options.controls);
  return {
    summary: `${nameOfNode(from)} finds no address for ${nameOfNode(to)}`,
    probe: pingProbe(from, target),
    expect: { answer: "unresolved" },
    controls: [...options.controls],
  };
}

/** `from` cannot ping node `to` by name: the name is unknown to it. */
export function noPingByName(from: NodeRef, to: NodeRef, options: Controls): NegativeClaim {
  refuseUnknownOptions(["noPingByName", from, to], options, CONTROLS);
  return {
    summary: `${nameOfNode(from)} cannot ping ${nameOfNode(to)} by name`,
    probe: pingProbe(from, nameOf(to)),
    expect: { answer: "unknown name" },
    controls: [...options.controls],
  };
}

/**
 * `from` finds no address for node `to`: the name is unknown, or there is no name server to ask. For labs on the user's
 * own engine, where it is the user's name server that would be asked, and a machine without network has none.
 */
export function noAddressForName(from: NodeRef, to: NodeRef, options: Controls): NegativeClaim {
  refuseUnknownOptions(["noAddressForName", from, to], options, CONTROLS);
  return {
    summary: `${nameOfNode(from)} finds no address for ${nameOfNode(to)}`,
    probe: pingProbe(from, nameOf(to)),
    expect: { answer: "unresolved" },
    controls: [...options.controls],
  };
}

/**
 * `from` has no way to `to`: no reply comes, though somebody on the way may say by ICMP that there is none. For what leaves
 * a lab by its default route, since what then becomes of it is the machine's affair.
 */
export function noWay(from: NodeRef, to: NodeRef, options: Controls & { network?: string }): NegativeClaim {
  refuseUnknownOptions(["noWay", from, to], options, { ...CONTROLS, network: true });
  const { network, controls } = options;
  const target = addressOf(to, network);
  return {
    summary: `${nameOfNode(from)} has no way to ${describeTarget(target)}`,
    probe: pingProbe(from, target),
    expect: { answer: "no way" },
    controls: [...controls],
  };
}

/** The name service of `from` says that there is no such name. */
export function unknownName(from: NodeRef, name: string, options: Controls): NegativeClaim {
  refuseUnknownOptions(["unknownName", from, name], options, CONTROLS);
  return {
    summary: `${nameOfNode(from)} does not know the name ${name}`,
    probe: dnsProbe(from, name),
    expect: { answer: "unknown name" },
    controls: [...options.controls],
  };
}

/** The name service of `from` knows none of these names. */
export function unknownNames(from: NodeRef, names: readonly string[], options: Controls): NegativeClaim {
  refuseUnknownOptions(["unknownNames", from, ...names], options, CONTROLS);
  return {
    summary: `${nameOfNode(from)} does not know the names ${inShort(names)}`,
    probe: lookupsProbe(from, names),
    expect: { answer: "unknown name" },
    controls: [...options.controls],
  };
}

/** `from` gets no answer at all from a web server at `to`: not even a refusal. */
export function noHttp(from: NodeRef, to: To, options: Controls & HttpPlace): NegativeClaim {
  refuseUnknownOptions(["noHttp", from, to], options, { ...CONTROLS, ...HTTP_PLACE });
  const { controls, ...place } = options;
  return {
    summary: `${nameOfNode(from)} gets no http from ${describeTarget(to)}${describePort(place.port, 80)}`,
    probe: httpProbe(from, to, place),
    expect: { answer: "no reply" },
    controls: [...controls],
  };
}

/** `from` is refused by `to`: there is no web server, and the other end says so. */
export function httpRefused(from: NodeRef, to: To, options: Controls & HttpPlace): NegativeClaim {
  refuseUnknownOptions(["httpRefused", from, to], options, { ...CONTROLS, ...HTTP_PLACE });
  const { controls, ...place } = options;
  return {
    summary: `${nameOfNode(from)} is refused http by ${describeTarget(to)}${describePort(place.port, 80)}`,
    probe: httpProbe(from, to, place),
    expect: { answer: "refused" },
    controls: [...controls],
  };
}

/** `from` gets no answer to a TCP connection attempt. */
export function noTcp(from: NodeRef, to: To, port: number, options: Controls): NegativeClaim {
  refuseUnknownOptions(["noTcp", from, to], options, CONTROLS);
  return {
    summary: `${nameOfNode(from)} gets no connection to ${describeTarget(to)}${describePort(port)}`,
    probe: tcpProbe(from, to, port),
    expect: { answer: "no reply" },
    controls: [...options.controls],
  };
}

/** A TCP connection attempt of `from` is refused. */
export function tcpRefused(from: NodeRef, to: To, port: number, options: Controls): NegativeClaim {
  refuseUnknownOptions(["tcpRefused", from, to], options, CONTROLS);
  return {
    summary: `${nameOfNode(from)} is refused by ${describeTarget(to)}${describePort(port)}`,
    probe: tcpProbe(from, to, port),
    expect: { answer: "refused" },
    controls: [...options.controls],
  };
}

/** What a sentence of tolerable length can tell. */
const MOST_TOLD = 8;

function inShort(names: readonly string[]): string {
  const told = names.length > MOST_TOLD ? names.slice(0, MOST_TOLD - 1) : names;
  return `${told.join(", ")}${told === names ? "" : ` and ${names.length - told.length} more`}`;
}

function noReply(from: NodeRef, to: Target, controls: Controls["controls"]): NegativeClaim {
  return {
    summary: `${nameOfNode(from)} gets no reply from ${describeTarget(to)}`,
    probe: pingProbe(from, to),
    expect: { answer: "no reply" },
    controls: [...controls],
  };
}
