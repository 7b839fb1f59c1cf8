/** Constructors of targets and probes, for lab files. A probe alone is the control of a negative claim. */
import { isAddress } from "../topology/addresses.ts";
import type { Probe, Target } from "../topology/claims.ts";
import { type NodeRef, nameOfNode } from "../topology/refs.ts";

/** Whom a packet is sent to. A text is an address where it reads as one; else a node, which stands for its address. */
export type To = NodeRef | Target;

/** A node by its address, on one of its networks where it has several. */
export function addressOf(node: NodeRef, network?: string): Target {
  return { by: "node-address", node: nameOfNode(node), ...(network === undefined ? {} : { network }) };
}

/** A node by its name. */
export function nameOf(node: NodeRef): Target {
  return { by: "node-name", node: nameOfNode(node) };
}

/** A plain address, of no node. */
export function address(text: string): Target {
  return { by: "address", address: text };
}

/** A plain host name, of no node. */
export function hostName(text: string): Target {
  return { by: "name", name: text };
}

/** A host beyond the lab: an address where the text reads as one, else a host name. */
export function hostOf(text: string): Target {
  return isAddress(text) ? address(text) : hostName(text);
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
}

/** `from` asks the web server at `to`. */
export function httpProbe(from: NodeRef, to: To, { port = 80, path = "/" }: HttpPlace = {}): Probe {
  return { kind: "http", from: nameOfNode(from), to: toTarget(to), port, path };
}

/** `from` looks a name up. */
export function dnsProbe(from: NodeRef, name: string): Probe {
  return { kind: "dns", from: nameOfNode(from), name };
}

/** A target as claims tell it. */
export function describeTarget(to: To): string {
  const target = toTarget(to);
  switch (target.by) {
    case "address":
      return target.address;
    case "name":
      return target.name;
    case "node-name":
      return `${target.node} by name`;
    case "node-address":
      return target.network === undefined ? target.node : `${target.node} on ${target.network}`;
  }
}

/** What a text stands for. */
export function toTarget(to: To): Target {
  if (typeof to === "object" && "by" in to) return to;
  return typeof to === "string" && isAddress(to) ? address(to) : addressOf(to);
}
