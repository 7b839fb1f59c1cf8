import { describe, expect, test } from "@jest/globals";
import { packageSchema } from "../../../provider/package-schema.ts";
import { tables } from "../../../topology/lab-data/lab-data.ts";

interface Type {
  $ref?: string;
  type?: string;
  oneOf?: Type[];
  items?: Type;
  description?: string;
}

const schema = packageSchema("1.2.3") as {
  version: string;
  types: Record<string, { properties: Record<string, Type>; required: string[] }>;
  resources: Record<string, { inputProperties: Record<string, Type>; requiredInputs: string[] }>;
};
const lab = schema.resources["vethlab:index:Lab"];
const typeNamed = (name: string) => schema.types[`vethlab:index:${name}`];

/** The types of the package that a part of the schema refers to. */
function referredIn(part: unknown): string[] {
  if (typeof part !== "object" || part === null) return [];
  const { $ref } = part as Type;
  const own = $ref?.startsWith("#/types/") === true ? [$ref.slice("#/types/".length)] : [];
  return [...own, ...Object.values(part).flatMap(referredIn)];
}

test("the component has each table of a lab, with a description", () => {
  const inputs = lab?.inputProperties ?? {};
  expect(Object.keys(inputs)).toEqual(
    expect.arrayContaining([...Object.keys(tables), "underlay", "outside", "claims", "drills"]),
  );
  expect(Object.values(inputs).filter(({ description = "" }) => description === "")).toEqual([]);
  expect(lab?.requiredInputs).toEqual(["claims"]);
  expect(schema.version).toBe("1.2.3");
});

test("each type that is referred to is there, and each type is referred to", () => {
  expect([...new Set(referredIn(schema))].sort()).toEqual(Object.keys(schema.types).sort());
});

describe("a type of the data", () => {
  test("is an object with what must be there", () => {
    expect(typeNamed("Network")).toMatchObject({
      properties: { subnet: { type: "string", description: "IPv4 CIDR (docker network create --subnet)" } },
      required: ["subnet"],
    });
  });

  test("may be one of several", () => {
    expect(typeNamed("Box")?.properties["networks"]).toMatchObject({
      type: "array",
      items: { oneOf: [{ type: "string" }, { $ref: "#/types/vethlab:index:Endpoint" }] },
    });
    expect(typeNamed("Port")?.properties["external"]).toMatchObject({
      oneOf: [{ type: "integer" }, { type: "string" }],
    });
  });

  test("of words is a text", () => {
    expect(typeNamed("Host")?.properties["kind"]).toMatchObject({ type: "string" });
  });
});
