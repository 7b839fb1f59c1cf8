/**
 * Writes docs/reference/ from the doc comments: `node toolchain/reference.ts`; with `--check` it only tells the pages that are
 * older than the comments, and ends with 1. TypeDoc reads the comments; the pages have
 * what a reader of a lab looks for: a component with its arguments and what it hands out, a claim with its signature.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import {
  Application,
  Comment,
  type CommentDisplayPart,
  type Context,
  Converter,
  DeclarationReflection,
  type ParameterReflection,
  type Reflection,
  ReflectionFlag,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
} from "typedoc";

import type { Node } from "typescript";

import { groupBy } from "../topology/group.ts";
import { packageRoot } from "./paths.ts";

const written = "<!-- Written by `npm run reference` from the doc comments: change these. -->";

/** The pages, by their names in docs/reference/. */
async function referencePages(): Promise<Record<string, string>> {
  const [components = [], claims = [], drills = []] = await exportsOf(
    "components/index.ts",
    "checks/claims.ts",
    "checks/drills.ts",
  );
  const own = components.filter((one) => !claims.includes(one) && !drills.includes(one));
  const classes = own.filter(({ kind, flags }) => kind === ReflectionKind.Class && !flags.isAbstract);
  return {
    "components.md": page(
      "Components",
      'What `import { ... } from "vethlab"` has. Arguments with `?` may be left out.',
      [
        contents(classes),
        ...classes.map(component),
        "# Shapes",
        ...own.filter((one) => isShape(one) && !isOf(one, classes)).map(shape),
        "# Functions",
      ],
      own.flatMap(functionsOf),
    ),
    "claims.md": page(
      "Claims",
      'What can be claimed of a lab: `import { ping, noPing } from "vethlab"`, or from `vethlab/claims`.',
      families(claims),
      ["# Shapes", ...claims.filter(isShape).map(shape)],
    ),
    "drills.md": page(
      "Drills",
      'What the steps of a drill are made with: `import { restartEngine } from "vethlab"`, or from `vethlab/drills`.',
      drills.flatMap(functionsOf),
      [],
    ),
  };
}

const writtenTypes = new Map<Reflection, string>();

/** What files export, in the order of the files. */
async function exportsOf(...files: string[]): Promise<DeclarationReflection[][]> {
  const app = await Application.bootstrap({
    entryPoints: files.map((file) => join(packageRoot, file)),
    tsconfig: join(packageRoot, "tsconfig.json"),
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeProtected: true,
    logLevel: "Error",
  });
  // A type as the source writes it: TypeScript knows an inferred type only by its parts.
  const asWritten = (
    context: Context,
    reflection: DeclarationReflection | ParameterReflection,
    node?: Node,
  ) => {
    const declared = node ?? context.getSymbolFromReflection(reflection)?.declarations?.[0];
    const type = (declared as { type?: Node } | undefined)?.type;
    if (type !== undefined) writtenTypes.set(reflection, type.getText());
  };
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, asWritten);
  app.converter.on(Converter.EVENT_CREATE_PARAMETER, asWritten);
  const read = await app.convert();
  if (read === undefined) throw new Error("TypeDoc cannot read the sources");
  return files.map((file) => {
    const module = read.children?.find(({ name }) => `${name}.ts` === file.replace("/index.ts", ".ts"));
    return (module?.children ?? [])
      .map((one) => (one.isReference() ? one.getTargetReflectionDeep() : one))
      .filter((one) => one instanceof DeclarationReflection)
      .sort((a, b) => a.name.localeCompare(b.name));
  });
}

function page(title: string, about: string, ...parts: string[][]): string {
  return `${[written, `# ${title}`, about, ...parts.flat()].join("\n\n")}\n`;
}

function contents(classes: readonly DeclarationReflection[]): string {
  return table(
    ["component", "what it is"],
    classes.map(({ name, comment }) => [`[${name}](#${anchor(name)})`, firstSentence(comment)]),
  );
}

function component(declared: DeclarationReflection): string {
  const [made] = declared.children?.find(({ kind }) => kind === ReflectionKind.Constructor)?.signatures ?? [];
  const args = made?.parameters?.find(({ name }) => name === "args")?.type;
  const handsOut = (declared.children ?? []).filter(
    ({ kind, name, flags }) => kind === ReflectionKind.Property && !flags.isInherited && name !== "resources",
  );
  return sections(`## ${declared.name}`, prose(declared.comment), [
    ["Arguments", args === undefined ? "" : properties(membersOf(args))],
    ["Hands out", properties(handsOut)],
  ]);
}

/** Whether a shape is the arguments of a component, which has them in its own table. */
const isOf = ({ name }: DeclarationReflection, classes: readonly DeclarationReflection[]): boolean =>
  classes.some((one) => name === `${one.name}Args`);

function isShape({ kind, children, type }: DeclarationReflection): boolean {
  if (kind === ReflectionKind.Interface) return children !== undefined;
  return kind === ReflectionKind.TypeAlias && type !== undefined && membersOf(type).length > 0;
}

function shape(declared: DeclarationReflection): string {
  const members = declared.children ?? (declared.type === undefined ? [] : membersOf(declared.type));
  return sections(`## ${declared.name}`, prose(declared.comment), [["", properties(members)]]);
}

function functionsOf(declared: DeclarationReflection): string[] {
  return (declared.kind === ReflectionKind.Function ? (declared.signatures ?? []) : []).map((signature) =>
    sections(
      `## ${signature.name}`,
      ["```ts", callOf(signature), "```", "", prose(signature.comment)].join("\n"),
      [["", parameters(signature)]],
    ),
  );
}

/** Functions under headings by the files that have them. */
function families(declared: readonly DeclarationReflection[]): string[] {
  const files = groupBy(declared, ({ sources }) => basename(sources?.[0]?.fileName ?? "", ".ts"));
  return [...files]
    .map(([file, members]) => ({ file, functions: members.flatMap(functionsOf) }))
    .filter(({ functions }) => functions.length > 0)
    .sort((a, b) => a.file.localeCompare(b.file))
    .flatMap(({ file, functions }) => [`# ${file.charAt(0).toUpperCase()}${file.slice(1)}`, ...functions]);
}

function callOf({ name, parameters: given = [] }: SignatureReflection): string {
  const said = given.map((one) => {
    const optional = one.flags.isOptional || one.defaultValue !== undefined ? "?" : "";
    return `${nameOf(one.name)}${optional}: ${typeOf(one)}`;
  });
  return `${name}(${said.join(", ")})`;
}

function parameters({ parameters: given = [] }: SignatureReflection): string {
  const said = given.filter(({ comment }) => comment !== undefined);
  return table(
    ["parameter", "meaning"],
    said.map(({ name, comment }) => [`\`${nameOf(name)}\``, inline(comment)]),
  );
}

/** TypeDoc calls a parameter that is taken apart `__namedParameters`. */
const nameOf = (name: string): string => (name === "__namedParameters" ? "options" : name);

/**
 * The members of an object type, those that must be given first; of a union, those of all its parts. What one part leaves
 * out must not be given everywhere.
 */
function membersOf(type: SomeType): DeclarationReflection[] {
  const members = partsOf(type);
  const leftOut = new Set(members.filter((member) => typeOf(member) === "never").map(({ name }) => name));
  const given = members.filter((member) => typeOf(member) !== "never");
  for (const { name, flags } of given) if (leftOut.has(name)) flags.setFlag(ReflectionFlag.Optional, true);
  return given
    .filter(({ name }, at) => given.findIndex((other) => other.name === name) === at)
    .sort((a, b) => Number(a.flags.isOptional) - Number(b.flags.isOptional));
}

function partsOf(type: SomeType): DeclarationReflection[] {
  if (type.type === "union" || type.type === "intersection") return type.types.flatMap(partsOf);
  if (type.type === "reflection") return type.declaration.children ?? [];
  const declared = type.type === "reference" ? type.reflection : undefined;
  if (!(declared instanceof DeclarationReflection)) return [];
  return declared.children ?? (declared.type === undefined ? [] : partsOf(declared.type));
}

function properties(members: readonly DeclarationReflection[]): string {
  return table(
    ["name", "type", "meaning"],
    members.map((member) => [
      `\`${member.name}${member.flags.isOptional ? "?" : ""}\``,
      `\`${typeOf(member)}\``,
      inline(member.comment ?? member.signatures?.[0]?.comment),
    ]),
  );
}

function typeOf(declared: DeclarationReflection | ParameterReflection): string {
  return (writtenTypes.get(declared) ?? String(declared.type)).replace(/\s+/g, " ");
}

function prose(comment: Comment | undefined): string {
  const examples = comment?.getTags("@example").map(({ content }) => text(content)) ?? [];
  const others = (comment?.blockTags ?? [])
    .filter(({ tag }) => tag === "@throws")
    .map(({ content }) => `Throws ${text(content)}`);
  return [text(comment?.summary), ...others, ...examples].filter((part) => part !== "").join("\n\n");
}

const text = (parts: readonly CommentDisplayPart[] = []): string =>
  Comment.combineDisplayParts([...parts]).trim();
const inline = (comment: Comment | undefined): string => text(comment?.summary).replace(/\s+/g, " ");
const firstSentence = (comment: Comment | undefined): string =>
  /^.*?[.:](?=\s|$)/.exec(inline(comment))?.[0] ?? inline(comment);
const anchor = (name: string): string => name.toLowerCase();

function sections(title: string, about: string, parts: [name: string, body: string][]): string {
  const said = parts
    .filter(([, body]) => body !== "")
    .flatMap(([name, body]) => (name === "" ? [body] : [`**${name}**`, body]));
  return [title, about, ...said].filter((part) => part !== "").join("\n\n");
}

function table(heads: string[], rows: string[][]): string {
  if (rows.length === 0) return "";
  const row = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [row(heads), row(heads.map(() => "---")), ...rows.map(row)].join("\n");
}

const folder = join(packageRoot, "docs/reference");
const pages = Object.entries(await referencePages());
if (process.argv[2] === "--check") {
  const stale = pages.filter(([name, body]) => readFileSync(join(folder, name), "utf8") !== body);
  for (const [name] of stale)
    console.error(`docs/reference/${name} is older than the doc comments\n  What to do: npm run reference`);
  if (stale.length > 0) process.exitCode = 1;
} else for (const [name, body] of pages) writeFileSync(join(folder, name), body);
