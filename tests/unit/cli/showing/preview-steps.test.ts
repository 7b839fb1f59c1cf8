import { describe, expect, test } from "@jest/globals";
import { describeSteps, plannedSteps, Preview } from "../../../../cli/showing/preview-steps.ts";

const urn = (name: string): string => `urn:pulumi:demo::vethlab::any::${name}`;
const container = "docker:index/container:Container";
const command = "command:local:Command";

const preview = Preview.parse({
  config: {},
  steps: [
    { op: "same", urn: urn("box1-container"), newState: { type: container } },
    { op: "create", urn: urn("box3-on-my-bridge"), newState: { type: "vethlab:network:NetworkAttachment" } },
    { op: "create", urn: urn("box3-on-my-bridge-connection"), newState: { type: command } },
    { op: "update", urn: urn("verification-test"), newState: { type: command }, diffReasons: ["stdin"] },
    { op: "delete-replaced", urn: urn("box2-container"), oldState: { type: container } },
    { op: "create-replacement", urn: urn("box2-container"), newState: { type: container } },
    {
      op: "replace",
      urn: urn("box2-container"),
      newState: { type: container },
      diffReasons: ["image", "hostname"],
      replaceReasons: ["image"],
    },
    { op: "delete", urn: urn("old-network"), oldState: { type: command } },
  ],
  changeSummary: {},
});

describe("plannedSteps", () => {
  test("tells the properties in one order, however Pulumi has them", () => {
    const step = {
      op: "update",
      urn: urn("a"),
      newState: { type: command },
      diffReasons: ["stdin", "create"],
    };
    const [planned] = plannedSteps(Preview.parse({ config: {}, steps: [step], changeSummary: {} }));
    expect(planned?.properties).toEqual(["create", "stdin"]);
  });

  test("has each change once, with the properties that change", () => {
    expect(plannedSteps(preview)).toEqual([
      { op: "create", name: "box3-on-my-bridge", type: "vethlab:network:NetworkAttachment", properties: [] },
      { op: "create", name: "box3-on-my-bridge-connection", type: command, properties: [] },
      { op: "update", name: "verification-test", type: command, properties: ["stdin"] },
      { op: "replace", name: "box2-container", type: container, properties: ["image"] },
      { op: "delete", name: "old-network", type: command, properties: [] },
    ]);
  });
});

describe("describeSteps", () => {
  test("is a line for each real thing, and a count", () => {
    expect(describeSteps(plannedSteps(preview))).toBe(
      [
        "  + create  box3-on-my-bridge-connection  Command",
        "  ~ update  verification-test             Command  (stdin)",
        "  ± replace box2-container                Container  (image)",
        "  - delete  old-network                   Command",
        "1 to create, 1 to update, 1 to replace, 1 to delete",
      ].join("\n"),
    );
  });

  test("says so when nothing would change", () => {
    expect(describeSteps([])).toBe("Nothing would change.");
  });
});
