import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import ts from "typescript";

/** A type, as far as the comparison with a plugin needs it. */
export type Shape =
  | { kind: "object"; members: Map<string, Member> }
  | { kind: "list"; of: Shape }
  | { kind: "map"; of: Shape }
  | { kind: "string" | "number" | "boolean" | "any" };

export interface Member {
  shape: Shape;
  optional: boolean;
}

/** What the type definitions of a published Pulumi package say. */
export class Declarations {
  readonly #checker: ts.TypeChecker;
  readonly #root: ts.Symbol;

  constructor(packageName: string) {
    const folder = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
    const entry = join(folder, "index.d.ts");
    const program = ts.createProgram([entry], { skipLibCheck: true, strict: true, types: [] });
    const file = program.getSourceFile(entry);
    const root = file && program.getTypeChecker().getSymbolAtLocation(file);
    if (!root) throw new Error(`${packageName} has no type definitions`);
    this.#checker = program.getTypeChecker();
    this.#root = root;
  }

  /** The members of an exported interface, such as `ContainerArgs` or `local.CommandArgs`. */
  interface(name: string): Map<string, Member> {
    return this.#members(this.#checker.getDeclaredTypeOfSymbol(this.#find(name)), []);
  }

  /** The outputs of an exported resource: what its class adds to CustomResource. */
  outputs(name: string): Map<string, Member> {
    const type = this.#checker.getDeclaredTypeOfSymbol(this.#find(name));
    return this.#members(type, [], (property) => !inherited(property));
  }

  #find(name: string): ts.Symbol {
    let symbol = this.#root;
    for (const part of name.split(".")) {
      const found = this.#checker.getExportsOfModule(symbol).find((export_) => export_.name === part);
      if (!found) throw new Error(`no ${part} of ${name}`);
      symbol = found.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(found) : found;
    }
    return symbol;
  }

  #members(
    type: ts.Type,
    inside: readonly ts.Type[],
    wanted: (property: ts.Symbol) => boolean = () => true,
  ): Map<string, Member> {
    const members = this.#checker
      .getPropertiesOfType(type)
      .filter(wanted)
      .map((property): [string, Member] => [
        property.name,
        {
          shape: this.#shape(this.#checker.getTypeOfSymbol(property), [...inside, type]),
          optional: (property.flags & ts.SymbolFlags.Optional) !== 0,
        },
      ]);
    return new Map(members);
  }

  #shape(type: ts.Type, inside: readonly ts.Type[]): Shape {
    const plain = this.#plain(type);
    const index = this.#checker.getIndexInfoOfType(plain, ts.IndexKind.String);
    if (plain.flags & ts.TypeFlags.StringLike) return { kind: "string" };
    if (plain.flags & ts.TypeFlags.NumberLike) return { kind: "number" };
    if (plain.flags & ts.TypeFlags.BooleanLike) return { kind: "boolean" };
    if (this.#checker.isArrayType(plain)) {
      const [element] = this.#checker.getTypeArguments(plain as ts.TypeReference);
      return { kind: "list", of: element ? this.#shape(element, inside) : { kind: "any" } };
    }
    if (index) return { kind: "map", of: this.#shape(index.type, inside) };
    if (
      plain.flags & ts.TypeFlags.Object &&
      plain.symbol.flags & ts.SymbolFlags.Interface &&
      !inside.includes(plain)
    ) {
      return { kind: "object", members: this.#members(plain, inside) };
    }
    return { kind: "any" };
  }

  /** The T of `T | undefined`, `Input<T>` and `Output<T>`; of another union, the first that is neither. */
  #plain(type: ts.Type): ts.Type {
    if (type.getSymbol()?.name === "OutputInstance" || type.aliasSymbol?.name === "Output") {
      const [value] = type.aliasTypeArguments ?? this.#checker.getTypeArguments(type as ts.TypeReference);
      if (value) return this.#plain(value);
    }
    if (!type.isUnion()) return type;
    const parts = type.types.filter(
      (part) =>
        !(part.flags & ts.TypeFlags.Undefined) &&
        !["Promise", "OutputInstance"].includes(part.getSymbol()?.name ?? ""),
    );
    const [first] = parts;
    return first ? this.#plain(first) : type;
  }
}

/** Whether Pulumi's SDK declares a property (urn, id) or hides it (__pulumiType). */
function inherited(property: ts.Symbol): boolean {
  const file = property.declarations?.[0]?.getSourceFile().fileName ?? "";
  return property.name.startsWith("__") || file.includes("/@pulumi/pulumi/");
}

/** A value of a shape, with all of its members or with the required ones. */
export function sample(shape: Shape, which: "all" | "required"): unknown {
  switch (shape.kind) {
    case "object":
      return samples(shape.members, which);
    case "list":
      return [sample(shape.of, which)];
    case "map":
      return { key: sample(shape.of, which) };
    case "number":
      return 1;
    case "boolean":
      return true;
    case "string":
    case "any":
      return "x";
  }
}

/** A value for each member, or for each that is required. */
export function samples(
  members: ReadonlyMap<string, Member>,
  which: "all" | "required",
): Record<string, unknown> {
  return Object.fromEntries(
    [...members]
      .filter(([, { optional }]) => which === "all" || !optional)
      .map(([name, { shape }]) => [name, sample(shape, which)]),
  );
}

/** Names within names: what a type is made of, without its types. */
export interface Names {
  [name: string]: Names;
}

export function names(members: ReadonlyMap<string, Member>): Names {
  return Object.fromEntries([...members].map(([name, { shape }]) => [name, namesWithin(shape)]));
}

function namesWithin(shape: Shape): Names {
  if (shape.kind === "object") return names(shape.members);
  return shape.kind === "list" || shape.kind === "map" ? namesWithin(shape.of) : {};
}
