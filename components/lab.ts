import * as pulumi from "@pulumi/pulumi";
import type { Addresses, Topology as TopologyDocument } from "../topology/document.ts";
import { hostsOf, type LabData, tables } from "../topology/lab-data/lab-data.ts";
import { readLab } from "../topology/lab-data/lab-problems.ts";
import { type Reference, replaceReferences, type TableName } from "../topology/lab-data/references.ts";
import type { Machine } from "../topology/machine.ts";
import { LabError } from "../topology/problems.ts";
import type { Host } from "./host.ts";
import { componentOf, type Surroundings } from "./lab-tables.ts";
import { LocalHost } from "./local-host.ts";
import { Outside } from "./outside.ts";
import { Topology } from "./topology.ts";
import { Underlay } from "./underlay.ts";
import { Verification } from "./verification.ts";

export type { LabData };

export interface LabArgs extends LabData {
  /** The facts of the machine, so that clashes are found before anything is made. Default: the machine is looked at. */
  machine?: Machine;
}

/**
 * A whole lab as plain data: each table of the data is one component, and an entry of it has the arguments of this component,
 * with names in the place of components. The lab has its hosts, and what they stand on, without being told.
 *
 * @example
 * const lab = new Lab("shop", {
 *   networks: { front: { subnet: "10.1.0.0/24" } },
 *   boxes: { web: { networks: ["front"] }, app: { networks: ["front"] } },
 *   claims: ["web reaches app by name"],
 * });
 * export const { topology, addresses } = lab;
 */
export class Lab extends pulumi.ComponentResource {
  /** The lab as plain data, for the stack output `topology`. */
  readonly topology: pulumi.Output<TopologyDocument>;
  /** Node -> network -> address, for the stack output `addresses`. */
  readonly addresses: pulumi.Output<Addresses>;

  constructor(name: string, args: LabArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:index:Lab", name, {}, opts);
    const { machine, ...written } = args;
    const lab = readLab(written);
    if ("problems" in lab) throw new pulumi.RunError(new LabError(lab.problems).message);
    const { data, claims } = lab;
    const inside = { parent: this };
    const local = new LocalHost("local", { lab: name, ...(machine && { machine }) }, inside);
    const parts = new LabParts(data, local, inside);
    for (const table of Object.keys(tables) as TableName[]) parts.all(table);
    const topology = new Topology(
      "topology",
      { host: local, claims: claims.map(({ claim }) => claim), drills: data.drills ?? [] },
      inside,
    );
    new Verification("verification", { topology }, inside);
    this.topology = topology.document;
    this.addresses = topology.addresses;
    this.registerOutputs({ topology: this.topology, addresses: this.addresses });
  }
}

/** The components of a lab. Each is made when it is first needed: by another one, or when its table's turn comes. */
class LabParts implements Surroundings {
  readonly underlay: Underlay | undefined;
  readonly outside: Outside | undefined;
  readonly #local: LocalHost;
  readonly #inside: pulumi.ComponentResourceOptions;
  readonly #entries: Partial<Record<TableName, Record<string, object> | undefined>>;
  readonly #onlyHost: string;
  readonly #made = new Map<string, pulumi.Resource>();

  constructor(data: LabData, local: LocalHost, inside: pulumi.ComponentResourceOptions) {
    const hosts = hostsOf(data);
    this.#local = local;
    this.#inside = inside;
    this.#entries = {
      ...data,
      hosts: Object.fromEntries(hosts.map((host) => [host, data.hosts?.[host] ?? {}])),
    };
    this.#onlyHost = hosts[0] ?? local.hostName;
    if (hosts.length > 0) this.underlay = new Underlay("underlay", { host: local, ...data.underlay }, inside);
    if (this.underlay !== undefined && data.outside !== undefined)
      this.outside = new Outside("outside", { underlay: this.underlay, ...written(data.outside) }, inside);
  }

  get onlyHost(): Host {
    return this.#meant({ name: "", to: ["hosts"] }) as Host & pulumi.Resource;
  }

  all(table: TableName): pulumi.Resource[] {
    return Object.keys(this.#entries[table] ?? {}).map((name) => this.#one(table, name));
  }

  #one(table: TableName, name: string): pulumi.Resource {
    const key = `${table}/${name}`;
    const there = this.#made.get(key);
    if (there !== undefined) return there;
    const entry = this.#entries[table]?.[name];
    const args = replaceReferences(tables[table], entry, (reference) => this.#meant(reference)) as object;
    const made = componentOf[table](name, args, this.#inside, this);
    this.#made.set(key, made);
    return made;
  }

  #meant({ name, to }: Pick<Reference, "name" | "to">): pulumi.Resource {
    const meant = name === "" ? this.#onlyHost : name;
    const table = to.find((one) => this.#entries[one]?.[meant] !== undefined);
    return table === undefined ? this.#local : this.#one(table, meant);
  }
}

/** Without the properties that are undefined: with exact types these are no arguments. */
function written<T extends object>(args: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as never;
}
