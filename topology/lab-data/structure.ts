/** What is wrong with the structure of a lab that is plain data: the issues of its schema, in words. */
import { z } from "zod";
import type { Problem } from "../problems.ts";
import { didYouMean } from "../suggest.ts";
import { LabData } from "./lab-data.ts";
import type { Path } from "./references.ts";

/** The problems that the issues of a schema come to; of the whole lab's, where no other is given. */
export function structureProblems(
  issues: readonly z.core.$ZodIssue[],
  written: unknown,
  schema: z.ZodType = LabData,
): Problem[] {
  const problems = issues.flatMap((issue) => structural(issue, { written, schema }));
  // A property that is missing since its name is misspelt is told once.
  const meant = problems
    .filter(({ at }) => at === "name")
    .map(({ place, fix }) => place.replace(/[^.]*$/, /"(.*)"/.exec(fix)?.[1] ?? ""));
  return problems.filter(({ place }) => !meant.includes(place));
}

/** A place as it is told: `boxes.web.networks[0]`. */
export function inWords(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === "number" ? `[${key}]` : `${at === 0 ? "" : "."}${String(key)}`))
    .join("");
}

/** What was written, and what may be. */
interface Data {
  written: unknown;
  schema: z.ZodType;
}

/** The schemas of a place: several where a value may have several forms. */
function schemasAt(path: Path, schema: z.ZodType): z.ZodType[] {
  const [key, ...rest] = path;
  if (schema instanceof z.ZodOptional) {
    const within = schemasAt(path, schema.unwrap() as z.ZodType);
    return key === undefined ? [schema, ...within] : within;
  }
  if (key === undefined) return [schema];
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => schemasAt(path, option as z.ZodType));
  const inner =
    schema instanceof z.ZodObject
      ? (schema.shape[key] as z.ZodType | undefined)
      : schema instanceof z.ZodRecord
        ? schema.valueType
        : schema instanceof z.ZodArray
          ? schema.element
          : schema instanceof z.ZodTuple
            ? schema.def.items[Number(key)]
            : undefined;
  return inner === undefined ? [] : schemasAt(rest, inner as z.ZodType);
}

const KINDS: Partial<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map of properties",
  record: "a map of names",
  array: "a list",
  tuple: "a list",
};

/** The problems that one issue of zod's comes to. */
function structural(issue: z.core.$ZodIssue, data: Data, before: Path = []): Problem[] {
  const path = [...before, ...(issue.path as Path)];
  const place = inWords(path) || "the lab";
  const input = valueAt(data.written, path);
  const value = short(input);
  if (path.length === 0 && issue.code === "invalid_type")
    return [
      { place, value, allowed: "is a map of its parts", fix: "write hosts, networks, boxes and claims" },
    ];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownProperty(path, key, data));
  if (issue.code === "invalid_union") return ofUnion(issue, path, data);
  const [described] = schemasAt(path, data.schema);
  const example = described?.meta()?.["examples"] as unknown[] | undefined;
  const about = described?.description;
  const meaning = about === undefined ? "" : `: ${about}`;
  if (input === undefined) {
    const fix = `write ${String(path.at(-1))}: ${example === undefined ? "..." : inYaml(example[0])}`;
    return [{ place, value: "nothing", allowed: `is missing${meaning}`, fix }];
  }
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    const quoted = typeof input === "number" && allowed.some((one) => Number(one) === input);
    const fix = quoted
      ? `write it in quotes: "${allowed.find((one) => Number(one) === input) ?? ""}"`
      : didYouMean(typeof input === "string" ? input : "", allowed);
    return [{ place, value, allowed: `must be ${allowed.join(" or ")}`, fix }];
  }
  if (issue.code === "invalid_type") {
    const kind = KINDS[issue.expected] ?? issue.expected;
    return [
      { place, value, allowed: `must be ${kind}${meaning}`, fix: typeFix(issue.expected, input, example) },
    ];
  }
  const fix =
    example === undefined ? "write another value, or leave it out" : `for example ${inYaml(example[0])}`;
  return [{ place, value, allowed: `${limitOf(issue)}${meaning}`, fix }];
}

function typeFix(expected: string, input: unknown, example: unknown[] | undefined): string {
  if (expected === "string" && ["number", "boolean"].includes(typeof input))
    return `write it in quotes: "${String(input)}"`;
  if (expected === "array" && typeof input !== "object") return `write [${short(input)}]`;
  if (["object", "record"].includes(expected))
    return input === null ? "write {} where all is as by default" : "write `name: value`, a line for each";
  return example === undefined ? "write another value, or leave it out" : `for example ${inYaml(example[0])}`;
}

function unknownProperty(path: Path, key: string, { written, schema: whole }: Data): Problem {
  const forms = schemasAt(path, whole).flatMap((schema) =>
    schema instanceof z.ZodUnion ? schema.options : [schema],
  );
  const known = forms.flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
  return {
    place: inWords([...path, key]),
    value: short(valueAt(written, [...path, key])),
    allowed: "there is no such property",
    fix: didYouMean(key, [...new Set(known)]),
    at: "name",
  };
}

/** Of the alternatives the nearest one is told: the one whose form the value has. */
function ofUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, data: Data): Problem[] {
  const [near] = issue.errors
    .filter((issues) => !issues.some(isOfOtherForm))
    .sort((one, other) => weight(one) - weight(other));
  if (near !== undefined) return near.flatMap((one) => structural(one, data, path));
  const input = valueAt(data.written, path);
  const place = inWords(path);
  const kinds = schemasAt(path, data.schema).flatMap((schema) =>
    schema instanceof z.ZodLiteral ? [...schema.values] : [],
  );
  if (kinds.length > 0) {
    const words = [...new Set(kinds.map(String))];
    const fix = didYouMean(typeof input === "string" ? input : "", words);
    return [{ place, value: short(input), allowed: `must be one of ${words.join(", ")}`, fix }];
  }
  const allowed = formsIn(issue);
  const about = schemasAt(path, data.schema)[0]?.description;
  return [
    {
      place,
      value: short(input),
      allowed: `must be ${[...new Set(allowed)].join(" or ")}${about === undefined ? "" : `: ${about}`}`,
      fix: input === null ? "write a value, or leave it out" : "write one of these",
    },
  ];
}

/** Whether a value has another form than the alternative that an issue is of: a list in the place of a text. */
function isOfOtherForm(issue: z.core.$ZodIssue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union")
    return issue.errors.length > 0 && issue.errors.every((issues) => issues.some(isOfOtherForm));
  return issue.code === "invalid_type";
}

/** The forms of all alternatives, in words. */
function formsIn({ errors }: z.core.$ZodIssueInvalidUnion): string[] {
  return errors.flat().flatMap((one) => {
    if (one.code === "invalid_union") return formsIn(one);
    return one.code === "invalid_type" ? (KINDS[one.expected] ?? one.expected) : one.message;
  });
}

/** How far a value is from an alternative: a wrong property counts more than a missing one. */
function weight(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce(
    (sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length * 2 : 1),
    0,
  );
}

function valueAt(written: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    written,
  );
}

/** A value in a message. */
function short(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "[...]";
  if (typeof value === "object") return "{...}";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function inYaml(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value).replaceAll('"', "");
}

/** A limit in words. */
function limitOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_small")
    return issue.origin === "array" ? `has at least ${issue.minimum}` : `must be at least ${issue.minimum}`;
  if (issue.code === "too_big")
    return issue.origin === "array" ? `has at most ${issue.maximum}` : `must be at most ${issue.maximum}`;
  return `${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
}
