import { expect, test } from "@jest/globals";
import { compareMembers, compareNetwork } from "../../../checks/networks.ts";
import { labWith } from "./lab.ts";

const place = { host: "host1", network: "my-bridge", engineName: "vethlab-try-my-bridge" };
const inspect = { kind: "network members", ...place } as const;

function listed(...names: string[]): string {
  const containers = names.map((Name, index) => [`id${index}`, { Name, MacAddress: "" }]);
  return JSON.stringify({ Name: place.engineName, Containers: Object.fromEntries(containers) as object });
}

test("members: exactly these, by the lab's names", () => {
  const lab = labWith();
  for (const node of lab.nodes) node.container = `vethlab-try-${node.name}`;
  expect(
    compareMembers(
      lab,
      { ...inspect, exactly: ["box1", "box2"] },
      listed("vethlab-try-box2", "vethlab-try-box1"),
    ),
  ).toEqual({ holds: true, observed: "box1, box2" });
  expect(compareMembers(lab, { ...inspect, exactly: ["box1"] }, listed("vethlab-try-box1", "other"))).toEqual(
    {
      holds: false,
      observed: "box1, other",
    },
  );
  expect(compareMembers(lab, { ...inspect, exactly: ["box1"] }, listed())).toEqual({
    holds: false,
    observed: "nobody",
  });
  expect(compareMembers(lab, { ...inspect, exactly: [] }, listed()).holds).toBe(true);
  // An engine that does not know the name takes it for the beginning of an id.
  const other = listed().replace(place.engineName, "other");
  expect(compareMembers(lab, { ...inspect, exactly: [] }, other)).toEqual({
    holds: false,
    observed: "absent",
  });
});

test("a network is there, or is not", () => {
  const names = "bridge\nhost\nnone\nvethlab-try-my-bridge";
  const network = { kind: "network", ...place } as const;
  expect(compareNetwork(names, { ...network, present: true })).toEqual({ holds: true, observed: "there" });
  expect(compareNetwork(names, { ...network, present: false })).toEqual({ holds: false, observed: "there" });
  expect(compareNetwork("bridge", { ...network, present: true })).toEqual({
    holds: false,
    observed: "absent",
  });
  expect(compareNetwork("bridge", { ...network, present: false }).holds).toBe(true);
});
