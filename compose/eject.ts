/** The twin of a Compose file as a Pulumi program of one's own. */
import type { LabData } from "../topology/lab-data/lab-data.ts";
import type { Claim, Probe, Target } from "../topology/claims/index.ts";
import { HOST, OUTSIDE } from "./nodes.ts";

/** TypeScript, not formatted: the program, and what it imports by itself. */
export function programOf(data: LabData, claims: readonly Claim[]): string {
  const code = new Code(data);
  const body = code.program(claims);
  const imports = [...code.imported].toSorted((one, other) => one.localeCompare(other, "en"));
  return [`import { ${imports.join(", ")} } from "vethlab";`, "", ...body, ""].join("\n");
}

/** The claims as code, and the names of the nodes' variables: for whoever wants to run the code alone. */
export function claimsOf(
  data: LabData,
  claims: readonly Claim[],
): { code: string; variables: ReadonlyMap<string, string> } {
  const code = new Code(data);
  return { code: `[${claims.map((claim) => code.claim(claim)).join(",\n")}]`, variables: code.variables };
}

type Calling = (...words: string[]) => string;

class Code {
  readonly imported = new Set<string>();
  /** Name of a node or network -> variable. */
  readonly variables = new Map<string, string>();
  readonly #data: LabData;

  constructor(data: LabData) {
    this.#data = data;
    const taken = new Set([...RESERVED]);
    const { networks = {}, defaultBridges = {}, boxes = {}, joinedBoxes = {} } = data;
    const tables = { network: { ...networks, ...defaultBridges }, node: { ...boxes, ...joinedBoxes } };
    for (const [kind, table] of Object.entries(tables)) {
      for (const name of Object.keys(table)) {
        const variable = freeName(variableOf(name), kind, taken);
        taken.add(variable);
        this.variables.set(`${kind} ${name}`, variable);
      }
    }
  }

  program(claims: readonly Claim[]): string[] {
    const { hosts = {}, networks = {}, defaultBridges = {}, boxes = {}, joinedBoxes = {} } = this.#data;
    const version = hosts[HOST]?.engineVersion;
    const host = {
      underlay: raw("underlay"),
      outside: raw("outside"),
      ...(version && { engineVersion: version }),
    };
    const after = (name: string): readonly string[] => boxes[name]?.after ?? [];
    return [
      `const local = ${this.#make("LocalHost", "local")};`,
      `const underlay = ${this.#make("Underlay", "underlay", { host: raw("local") })};`,
      `const outside = ${this.#make("Outside", OUTSIDE, { underlay: raw("underlay") })};`,
      `const host1 = ${this.#make("ContainerHost", HOST, host)};`,
      "",
      ...Object.entries(networks).map(([name, args]) =>
        this.#declare("network", "BridgeNetwork", name, { host: raw("host1"), ...args }),
      ),
      ...Object.keys(defaultBridges).map((name) =>
        this.#declare("network", "DefaultBridge", name, { host: raw("host1") }),
      ),
      "",
      ...ordered(Object.keys(boxes), after).map((name) => this.#box(name)),
      ...Object.entries(joinedBoxes).map(([name, { joins, ...args }]) =>
        this.#declare("node", "JoinedBox", name, { joins: raw(this.#variable("node", joins)), ...args }),
      ),
      "",
      `const lab = ${this.#make("Topology", "topology", {
        host: raw("host1"),
        claims: raw(`[${claims.map((claim) => this.claim(claim)).join(", ")}]`),
      })};`,
      `${this.#make("Verification", "verification", { topology: raw("lab") })};`,
      "",
      "export const topology = lab.document;",
      "export const addresses = lab.addresses;",
    ];
  }

  #box(name: string): string {
    const { networks, after, ...args } = this.#data.boxes?.[name] ?? {};
    const ends = networks?.map((end) => {
      const { network, ...its } = typeof end === "string" ? { network: end } : end;
      return { network: raw(this.#variable("network", network)), ...its };
    });
    return this.#declare("node", "Box", name, {
      ...(ends === undefined ? { host: raw("host1") } : { networks: ends }),
      ...args,
      ...(after && { after: after.map((other) => raw(this.#variable("node", other))) }),
    });
  }

  /** A variable for what others name, and for each node: the claims do. */
  #declare(kind: "network" | "node", component: string, name: string, args: object): string {
    return `const ${this.#variable(kind, name)} = ${this.#make(component, name, args)};`;
  }

  #make(component: string, name: string, args?: object): string {
    this.imported.add(component);
    return `new ${component}(${JSON.stringify(name)}${args === undefined ? "" : `, ${literal(args)}`})`;
  }

  #variable(kind: "network" | "node", name: string): string {
    return this.variables.get(`${kind} ${name}`) ?? JSON.stringify(name);
  }

  #call(name: string): Calling {
    this.imported.add(name);
    return (...words) => `${name}(${words.filter((word) => word !== "").join(", ")})`;
  }

  claim(claim: Claim): string {
    const node = (name: string): string => this.#variable("node", name);
    if ("inspect" in claim) {
      const { inspect } = claim;
      if (inspect.kind === "same interfaces") return this.#call("sameInterfaces")(...inspect.nodes.map(node));
      if (inspect.kind === "interfaces")
        return this.#call("interfaces")(node(inspect.node), literal(inspect.exactly));
      return literal(claim);
    }
    const { probe } = claim;
    const from = node(probe.from);
    if (!("controls" in claim)) {
      if (probe.kind === "dns" && claim.expect.answer === "address-of") {
        const found = claim.expect.nodes.map((target) => this.#target(target)).join(", ");
        return this.#call("resolves")(from, literal(probe.name), `[${found}]`);
      }
      return this.#probe(probe, { ping: "ping", tcp: "tcp", http: "http" }) ?? literal(claim);
    }
    const controls = `controls: [${claim.controls.map((control) => this.#control(control)).join(", ")}]`;
    const options = `{ ${controls} }`;
    const { answer } = claim.expect;
    if (probe.kind === "sweep")
      return this.#call("noPings")(
        from,
        `[${probe.to.map((target) => this.#target(target)).join(", ")}]`,
        options,
      );
    if (probe.kind === "lookups") return this.#call("unknownNames")(from, literal(probe.names), options);
    if (probe.kind === "dns") return this.#call("unknownName")(from, literal(probe.name), options);
    if (probe.kind === "tcp") {
      const name = answer === "refused" ? "tcpRefused" : "noTcp";
      return this.#call(name)(from, this.#target(probe.to), String(probe.port), options);
    }
    if (probe.kind === "ping" && probe.to.by === "node-address") {
      const network = probe.to.network === undefined ? "" : `network: ${literal(probe.to.network)}, `;
      const name = answer === "no way" ? "noWay" : "noPing";
      return this.#call(name)(from, node(probe.to.node), `{ ${network}${controls} }`);
    }
    if (probe.kind === "ping" && probe.to.by === "node-name")
      return this.#call("noPingByName")(from, node(probe.to.node), options);
    if (probe.kind === "ping" && probe.to.by === "address")
      return this.#call("noPingAddress")(from, literal(probe.to.address), options);
    return literal(claim);
  }

  #control(probe: Probe): string {
    const names = { ping: "pingProbe", tcp: "tcpProbe", http: "httpProbe" };
    return this.#probe(probe, names) ?? literal(probe);
  }

  /** What is sent, by the function of its kind; the target of a plain ping is the node itself. */
  #probe(probe: Probe, { ping, tcp, http }: Record<"ping" | "tcp" | "http", string>): string | undefined {
    const from = this.#variable("node", probe.from);
    switch (probe.kind) {
      case "ping": {
        const { to } = probe;
        if (ping !== "ping") return this.#call(ping)(from, this.#target(to));
        if (to.by === "node-name") return this.#call("pingByName")(from, this.#variable("node", to.node));
        if (to.by === "address") return this.#call("pingAddress")(from, literal(to.address));
        if (to.by === "name") return undefined;
        const network = to.network === undefined ? "" : literal({ network: to.network });
        return this.#call("ping")(from, this.#variable("node", to.node), network);
      }
      case "tcp":
        return this.#call(tcp)(from, this.#target(probe.to), String(probe.port));
      case "http": {
        const by = probe.by === undefined ? {} : { by: raw(this.#variable("node", probe.by)) };
        return this.#call(http)(from, this.#target(probe.to), literal({ port: probe.port, ...by }));
      }
      default:
        return undefined;
    }
  }

  #target(target: Target): string {
    switch (target.by) {
      case "address":
        return this.#call("address")(literal(target.address));
      case "name":
        return this.#call("hostName")(literal(target.name));
      case "node-name":
        return this.#call("nameOf")(this.#variable("node", target.node));
      case "node-address":
        return this.#call("addressOf")(
          this.#variable("node", target.node),
          target.network === undefined ? "" : literal(target.network),
        );
    }
  }
}

/** Code among values. */
class Raw {
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
}

function raw(code: string): Raw {
  return new Raw(code);
}

function literal(value: unknown): string {
  if (value instanceof Raw) return value.code;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${literal(inner)}`);
  return `{ ${entries.join(", ")} }`;
}

/** Names with a meaning in the program. */
const RESERVED = new Set(
  [
    "local underlay outside host1 lab topology addresses address addressOf hostName nameOf http httpProbe interfaces ping",
    "noPing noPings noPingByName noPingAddress noTcp noWay pingAddress pingByName pingProbe resolves sameInterfaces tcp",
    "tcpProbe tcpRefused unknownName unknownNames",
    "await break case catch class const continue debugger default delete do else enum export extends false finally for",
    "function if implements import in instanceof interface let new null package private protected public return static",
    "super switch this throw true try typeof var void while with yield",
  ].flatMap((line) => line.split(" ")),
);

/** `my_app-1` is `myApp1`. */
function variableOf(name: string): string {
  const joined = name.replace(/[^a-zA-Z0-9]+(.)?/g, (_, next: string | undefined) =>
    (next ?? "").toUpperCase(),
  );
  const first = joined.charAt(0).toLowerCase() + joined.slice(1);
  return /^[a-z]/.test(first) ? first : `_${first}`;
}

function freeName(wanted: string, kind: string, taken: ReadonlySet<string>): string {
  const named = taken.has(wanted) ? `${wanted}${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : wanted;
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? named : `${named}${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Names, each behind those that it comes after. */
function ordered(names: readonly string[], after: (name: string) => readonly string[]): string[] {
  const done = new Set<string>();
  const visit = (name: string): void => {
    if (done.has(name)) return;
    for (const other of after(name)) visit(other);
    done.add(name);
  };
  for (const name of names) visit(name);
  return [...done];
}
