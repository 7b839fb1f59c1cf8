import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

import { Declarations, samples } from "./declarations.ts";
import { Plugin } from "./plugin.ts";

// All resources of @pulumi/docker but Image, which the official plugin adds in code of its own: built here, the plugin
// has what the Terraform provider has, and cannot build or push images. Functions are not compared: vethlab calls none.
const resources = [
  "BuildxBuilder",
  "Container",
  "Network",
  "Plugin",
  "RegistryImage",
  "RemoteImage",
  "Secret",
  "Service",
  "ServiceConfig",
  "Tag",
  "Volume",
];

/** What the plugin says of an argument that it does not know. */
const unknownKey = /Invalid or unknown key.*'name\.(?<path>[^']*)'/;

const published = new Declarations("@pulumi/docker");
let plugin: Plugin;

beforeAll(async () => {
  plugin = await Plugin.start("docker");
  // previews then need no engine
  await plugin.configure({ host: "unix:///nowhere.sock", disableDockerDaemonCheck: "true" });
});
afterAll(() => plugin.stop());

describe.each(resources)("%s", (resource) => {
  const type = `docker:index/${resource.charAt(0).toLowerCase()}${resource.slice(1)}:${resource}`;
  const args = published.interface(`${resource}Args`);

  test("every argument that the package declares is known, down to the last member", async () => {
    expect(await unknown(type, samples(args, "all"))).toEqual([]);
  });

  test("an argument that it does not declare is refused by its name", async () => {
    expect(await unknown(type, { ...samples(args, "required"), nonsense: "x" })).toEqual(["nonsense"]);
  });

  test("the outputs are those that the package declares", async () => {
    const outputs = await plugin.preview(type, samples(args, "required"));
    const found = Object.keys(outputs).filter((name) => name !== "id" && name !== "__meta");
    expect(found.sort()).toEqual([...published.outputs(resource).keys()].sort());
  });
});

test("an unknown name inside an argument is refused too", async () => {
  const container = {
    image: "x",
    healthcheck: { tests: ["CMD"], nonsense: 1 },
    networksAdvanced: [{ name: "x", ipv4: "10.0.0.2" }],
  };
  expect(await unknown("docker:index/container:Container", container)).toEqual([
    "healthcheck.nonsense",
    expect.stringContaining("networksAdvanced"),
  ]);
});

/** The paths of the arguments that the plugin does not know. */
async function unknown(type: string, args: Record<string, unknown>): Promise<string[]> {
  const refusals = await plugin.check(type, args);
  return refusals.flatMap(({ reason }) => unknownKey.exec(reason)?.groups?.["path"] ?? []).sort();
}
