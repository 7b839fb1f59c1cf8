import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

import { Declarations, type Names, names, samples } from "./declarations.ts";
import { Plugin } from "./plugin.ts";

// All of @pulumi/command but remote.CopyFile, which it has deprecated for CopyToRemote.
const resources = ["local.Command", "remote.Command", "remote.CopyToRemote"];

/** The parts of a Pulumi schema that carry names. */
interface Schema {
  resources: Record<
    string,
    { inputProperties: Properties; requiredInputs?: string[]; properties: Properties }
  >;
  functions: Record<string, { inputs: ObjectType; outputs: ObjectType }>;
  types: Record<string, Partial<ObjectType>>;
}
interface ObjectType {
  properties: Properties;
  required?: string[];
}
type Properties = Record<string, Property>;
interface Property {
  $ref?: string;
  items?: Property;
  additionalProperties?: Property;
}

const published = new Declarations("@pulumi/command");
let plugin: Plugin;
let schema: Schema;

beforeAll(async () => {
  plugin = await Plugin.start("command");
  schema = (await plugin.schema()) as Schema;
});
afterAll(() => plugin.stop());

describe.each(resources)("%s", (resource) => {
  const type = `command:${resource.replace(".", ":")}`;
  const args = published.interface(`${resource}Args`);

  test("the arguments are those that the package declares, down to the last member", () => {
    expect(namesIn(schema.resources[type]?.inputProperties)).toEqual(names(args));
  });

  test("the same arguments are required", () => {
    const required = [...args].filter(([, { optional }]) => !optional).map(([name]) => name);
    expect((schema.resources[type]?.requiredInputs ?? []).sort()).toEqual(required.sort());
  });

  test("the outputs are those that the package declares", () => {
    expect(namesIn(schema.resources[type]?.properties)).toEqual(names(published.outputs(resource)));
  });

  test("an argument that it does not declare is refused by its name", async () => {
    const refusals = await plugin.check(type, { ...samples(args, "required"), nonsense: "x" });
    expect(refusals.map(({ reason }) => reason).join()).toContain("nonsense");
  });
});

describe("local.run", () => {
  const token = "command:local:run";

  test("arguments and results are those that the package declares", () => {
    expect(namesIn(schema.functions[token]?.inputs.properties)).toEqual(
      names(published.interface("local.RunArgs")),
    );
    expect(namesIn(schema.functions[token]?.outputs.properties)).toEqual(
      names(published.interface("local.RunResult")),
    );
  });

  test("an argument that it does not declare is refused by its name", async () => {
    const { refusals } = await plugin.invoke(token, { command: "true", nonsense: "x" });
    expect(refusals.map(({ reason }) => reason).join()).toContain("nonsense");
  });
});

test("an unknown name inside the connection is refused too", async () => {
  const refusals = await plugin.check("command:remote:Command", { connection: { host: "x", prot: 22 } });
  expect(refusals.map(({ reason }) => reason).join()).toContain("prot");
});

function namesIn(properties: Properties = {}): Names {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, within(property)]));
}

function within({ $ref, items, additionalProperties }: Property): Names {
  const type = $ref?.startsWith("#/types/") ? schema.types[$ref.slice("#/types/".length)] : undefined;
  if (type) return namesIn(type.properties);
  const of = items ?? additionalProperties;
  return of ? within(of) : {};
}
