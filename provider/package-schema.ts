/** Pulumi's schema of the package `vethlab`, from the schema of a lab's data: SDKs in other languages are made from it. */
import { labSchema } from "../topology/lab-data/lab-data.ts";

/** JSON Schema, as far as the data of a lab uses it. */
interface Schema {
  $ref?: string;
  allOf?: [Schema];
  anyOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  const?: unknown;
  enum?: unknown[];
  items?: Schema | Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  description?: string;
  definitions?: Record<string, Schema>;
}

/** A type as Pulumi's package schema has it. */
interface Type {
  type?: string;
  $ref?: string;
  items?: Type;
  additionalProperties?: Type;
  oneOf?: Type[];
}

/** The token of the component. */
export const LAB = "vethlab:index:Lab";

const ANYTHING: Type = { $ref: "pulumi.json#/Any" };

/** The schema of the package, for SDKs in other languages. */
export function packageSchema(version: string): object {
  const { properties, required, definitions = {} } = labSchema() as Schema;
  const types = Object.entries(definitions).filter(([name]) => name !== "Claim");
  return {
    name: "vethlab",
    version,
    displayName: "vethlab",
    description: "Docker networking as code, proven with packets",
    license: "Apache-2.0",
    types: Object.fromEntries(
      types.map(([name, schema]) => [
        `vethlab:index:${name}`,
        { type: "object", properties: propertiesOf(schema), required: schema.required ?? [] },
      ]),
    ),
    resources: {
      [LAB]: {
        isComponent: true,
        description: "A whole lab as plain data: each table of the data is one component of vethlab.",
        inputProperties: propertiesOf({ ...(properties && { properties }) }),
        requiredInputs: required,
        properties: {
          topology: {
            ...ANYTHING,
            description: "The lab that stands, for the stack output `topology`.",
          },
          addresses: {
            ...ANYTHING,
            description: "Node -> network -> address, for the output `addresses`.",
          },
        },
        required: ["topology", "addresses"],
      },
    },
    language: { python: { pyproject: { enabled: true } } },
  };
}

function propertiesOf({ properties = {} }: Schema): Record<string, Type & { description?: string }> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const { description } = schema;
      return [name, { ...typeOf(schema), ...(description === undefined ? {} : { description }) }];
    }),
  );
}

/** Claims and drills are anything: they are the data of the topology document. */
function typeOf(schema: Schema): Type {
  const { $ref, allOf, anyOf, oneOf = anyOf, items, properties, additionalProperties } = schema;
  if (allOf !== undefined) return typeOf(allOf[0]);
  if ($ref !== undefined) {
    const name = $ref.replace("#/definitions/", "");
    return name === "Claim" ? ANYTHING : { $ref: `#/types/vethlab:index:${name}` };
  }
  if (oneOf !== undefined) {
    const types = oneOf.map(typeOf);
    const distinct = types.filter((one, at) => types.findIndex((other) => same(one, other)) === at);
    if (distinct.some((one) => same(one, ANYTHING))) return ANYTHING;
    return distinct.length === 1 ? (distinct[0] ?? ANYTHING) : { oneOf: distinct };
  }
  if (items !== undefined)
    return { type: "array", items: typeOf(Array.isArray(items) ? (items[0] ?? {}) : items) };
  if (properties !== undefined) return ANYTHING;
  if (typeof additionalProperties === "object")
    return { type: "object", additionalProperties: typeOf(additionalProperties) };
  return { type: schema.type ?? typeof (schema.const ?? schema.enum?.[0]) };
}

function same(one: Type, other: Type): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
