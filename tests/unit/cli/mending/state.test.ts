import { describe, expect, test } from "@jest/globals";
import { labelledAs, parseState, recordedOnEngine, urnName, urnType } from "../../../../cli/mending/state.ts";
import { hostUrn, lab, underlayUrn } from "./recorded.ts";

const stackUrn = "urn:pulumi:demo::vethlab::pulumi:pulumi:Stack::vethlab-demo";
const file = (latest: unknown): string =>
  JSON.stringify({ version: 3, checkpoint: { stack: "organization/vethlab/demo", latest } });

describe("parseState", () => {
  test("reads resources, operations that never ended, and outputs", () => {
    const state = parseState(
      file({
        manifest: {},
        resources: [
          {
            urn: stackUrn,
            type: "pulumi:pulumi:Stack",
            custom: false,
            outputs: { topology: { version: 1 } },
          },
          { urn: "urn:pulumi:demo::vethlab::vethlab:x:C::c", type: "vethlab:x:C", custom: false },
        ],
        pending_operations: [
          { resource: { urn: hostUrn, type: "docker:index/container:Container" }, type: "creating" },
        ],
      }),
    );
    expect(state.resources).toHaveLength(2);
    expect(state.pending).toMatchObject([{ type: "creating", resource: { urn: hostUrn } }]);
    expect(state.outputs).toEqual({ topology: { version: 1 } });
  });

  test("reads a stack in which nothing was ever made", () => {
    expect(parseState(file(null))).toEqual({ resources: [], pending: [], outputs: {} });
    expect(parseState(file({ manifest: {} }))).toEqual({ resources: [], pending: [], outputs: {} });
  });

  test("refuses a form that it does not know", () => {
    expect(() => parseState(JSON.stringify({ version: 9 }))).toThrow();
  });
});

describe("recordedOnEngine", () => {
  test("tells what stands on the user's engine from what stands inside a host", () => {
    const recorded = recordedOnEngine(lab());
    expect(recorded.map(({ urn, kind, name }) => ({ urn, kind, name }))).toEqual([
      { urn: underlayUrn, kind: "network", name: "vethlab-demo-underlay" },
      { urn: hostUrn, kind: "container", name: "vethlab-demo-host1" },
    ]);
  });

  test("knows what runs inside a host, and where its engine listens", () => {
    expect(recordedOnEngine(lab())[1]).toMatchObject({
      id: "host-id",
      networks: ["vethlab-demo-underlay"],
      inside: ["box1", "box2"],
      engine: "unix:///tmp/vethlab-0/demo/host1/docker.sock",
    });
  });
});

test("a URN has a name and types", () => {
  expect(urnName(hostUrn)).toBe("host1-container");
  expect(urnType(hostUrn)).toBe("vethlab:host:ContainerHost$docker:index/container:Container");
});

test("the labels of what stands tell the stack's name when it was built, and its lab", () => {
  const labels = [
    { label: "vethlab.stack", value: "before" },
    { label: "vethlab.lab", value: "user-bridge" },
  ];
  const state = lab();
  expect(labelledAs(state)).toBeUndefined();
  for (const { urn, inputs } of state.resources) if (urn === hostUrn) inputs["labels"] = labels;
  expect(labelledAs(state)).toEqual({ stack: "before", lab: "user-bridge" });
});

test("a mounted volume, such as a virtual machine's snapshot, is no folder that could be missing", () => {
  const state = lab();
  const host = state.resources.find(({ urn }) => urn === hostUrn);
  (host?.inputs["mounts"] as object[]).push({ type: "volume", source: "vethlab-vm-123", target: "/vm" });
  const recorded = recordedOnEngine(state).find(({ urn }) => urn === hostUrn);
  expect(recorded?.folders).toEqual(["/tmp/vethlab-0/demo/host1"]);
});
