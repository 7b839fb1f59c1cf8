import { z } from "zod";

/** The tables of a lab, each with the things of one kind by their names. */
export type TableName =
  | "hosts"
  | "networks"
  | "defaultBridges"
  | "overlays"
  | "volumes"
  | "boxes"
  | "joinedBoxes"
  | "linkedBoxes"
  | "attachments"
  | "removals"
  | "namespaces"
  | "containerNamespaces"
  | "bridges"
  | "links"
  | "rules"
  | "policies"
  | "swarms"
  | "etcdClusters"
  | "consuls"
  | "services";

/** The schemas of names that refer to something in the lab. */
const references = z.registry<{ to: readonly TableName[]; onlyByDefault: boolean }>();

/** The name of something in one of these tables. */
export function reference(description: string, to: readonly TableName[]): z.ZodString {
  return z.string().describe(description).register(references, { to, onlyByDefault: false });
}

/** The host of something. It may be left out in a lab with one host. */
export const onHost = z
  .string()
  .describe("the host that has it: one of `hosts`, or local (this machine's engine); default: the only host")
  .register(references, { to: ["hosts"], onlyByDefault: true })
  .optional();

export const texts = z.array(z.string());

/** A reference in a lab's data. */
export interface Reference {
  name: string;
  /** Where it is written: `["boxes", "web", "networks", 0]`. */
  path: Path;
  to: readonly TableName[];
}

/** Where something is in a lab's data. */
export type Path = readonly (string | number)[];

/**
 * The data with each reference replaced by what `find` gives for it. A host that was left out is asked for, too, with the
 * name "".
 */
export function replaceReferences(
  schema: z.ZodType,
  value: unknown,
  find: (reference: Reference) => unknown,
  path: Path = [],
): unknown {
  if (schema instanceof z.ZodOptional) {
    const inner = schema.unwrap() as z.ZodType;
    const absent = value === undefined && references.get(inner)?.onlyByDefault !== true;
    return absent ? undefined : replaceReferences(inner, value, find, path);
  }
  const meant = references.get(schema);
  if (meant !== undefined) return find({ name: typeof value === "string" ? value : "", path, to: meant.to });
  if (schema instanceof z.ZodUnion) {
    const fitting = schema.options.find((option) => z.safeParse(option, value).success) as z.ZodType;
    return replaceReferences(fitting, value, find, path);
  }
  if (Array.isArray(value)) {
    const items = schema instanceof z.ZodTuple ? schema.def.items : [];
    const element = schema instanceof z.ZodArray ? schema.element : undefined;
    return value.map((one, index) =>
      replaceReferences((element ?? items[index]) as z.ZodType, one, find, [...path, index]),
    );
  }
  if (typeof value !== "object" || value === null) return value;
  const schemaOf = (key: string): z.ZodType | undefined =>
    (schema instanceof z.ZodObject
      ? schema.shape[key]
      : schema instanceof z.ZodRecord
        ? schema.valueType
        : undefined) as z.ZodType | undefined;
  const keys = schema instanceof z.ZodObject ? Object.keys(schema.shape) : Object.keys(value);
  return Object.fromEntries(
    keys
      .map((key) => {
        const [inner, its] = [schemaOf(key), (value as Record<string, unknown>)[key]];
        return [
          key,
          inner === undefined ? its : replaceReferences(inner, its, find, [...path, key]),
        ] as const;
      })
      .filter(([, its]) => its !== undefined),
  );
}
