import { describe, expect, test } from "@jest/globals";
import { describePlanned, plannedChanges, Preview } from "../../../../cli/showing/preview-changes.ts";

const stack = "urn:pulumi:demo::vethlab::pulumi:pulumi:Stack::vethlab-demo";
const urnOf = (type: string, name: string): string => `urn:pulumi:demo::vethlab::${type}::${name}`;

/** A step about a component itself, with its arguments before and after. */
function component(op: string, type: string, name: string, before?: object, after?: object) {
  const state = (inputs?: object) => inputs && { type, parent: stack, inputs };
  return { op, urn: urnOf(type, name), oldState: state(before), newState: state(after) };
}

/** A step about the resource of a component. */
function resource(op: string, type: string, name: string, dependencies: string[] = []) {
  const own = "command:local:Command";
  return {
    op,
    urn: resourceUrn(type, name),
    newState: { type: own, parent: urnOf(type, name), dependencies, inputs: {} },
  };
}

const resourceUrn = (type: string, name: string): string =>
  urnOf(`${type}$command:local:Command`, `${name}-command`);

const planned = (...steps: object[]) => plannedChanges(Preview.parse({ steps }));

const network = "vethlab:network:BridgeNetwork";
const box = "vethlab:container:Box";
const service = "vethlab:swarm:OverlayService";
const topology = "vethlab:lab:Topology";

describe("a change is told in the words of the program", () => {
  test("an argument of a component", () => {
    const { changes } = planned(
      component("update", service, "my-nginx", { replicas: 3, swarm: "a" }, { replicas: 2, swarm: "a" }),
      resource("update", service, "my-nginx"),
    );
    expect(changes).toEqual([
      {
        op: "update",
        name: "my-nginx",
        kind: "OverlayService",
        arguments: [{ argument: "replicas", before: 3, after: 2 }],
        with: [],
      },
    ]);
    expect(describePlanned({ changes, claims: { added: [], removed: [] } })).toBe(
      "  ~ my-nginx  replicas 3 -> 2\n1 to update",
    );
  });

  test("what is replaced with it, through what lies between", () => {
    const text = describePlanned(
      planned(
        component("update", network, "net", { subnet: "172.18.0.0/16" }, { subnet: "172.19.0.0/16" }),
        resource("replace", network, "net"),
        component("same", box, "box1", {}, {}),
        resource("replace", box, "box1", [resourceUrn(network, "net")]),
        component("same", box, "box2", {}, {}),
        resource("replace", box, "box2", [resourceUrn(box, "box1")]),
      ),
    );
    expect(text).toBe(
      "  ± net  subnet 172.18.0.0/16 -> 172.19.0.0/16 (replaced, with box1, box2)\n1 to replace",
    );
  });

  test("what is replaced for no reason that is told, an argument inside another, and one that is left out", () => {
    const text = describePlanned(
      planned(
        component("same", box, "lost", {}, {}),
        resource("replace", box, "lost"),
        component(
          "update",
          box,
          "box1",
          { networks: [{ network: "net", ipv4Address: "172.18.0.2" }], command: ["a", "b"] },
          { networks: [{ network: "net", ipv4Address: "172.18.0.3" }] },
        ),
        resource("replace", box, "box1"),
      ),
    );
    expect(text).toBe(
      [
        "  ± box1  networks[0].ipv4Address 172.18.0.2 -> 172.18.0.3, command a, b -> (default) (replaced)",
        "  ± lost  Box (replaced)",
        "2 to replace",
      ].join("\n"),
    );
  });

  test("what comes and goes, and a resource without a component", () => {
    const bare = {
      op: "create",
      urn: urnOf("docker:index/container:Container", "bare"),
      newState: { type: "docker:index/container:Container", parent: stack },
    };
    const text = describePlanned(
      planned(
        component("create", box, "box3", undefined, {}),
        resource("create", box, "box3"),
        component("delete", box, "box1", {}),
        bare,
      ),
    );
    expect(text).toBe("  + bare  Container\n  - box1  Box\n  + box3  Box\n2 to create, 1 to delete");
  });
});

test("claims that come and go are told by their sentences; that the lab is tested anew is not told", () => {
  const text = describePlanned(
    planned(
      component("update", topology, "topology", { claims: ["a pings b", "c"] }, { claims: ["c", "d"] }),
      resource("update", "vethlab:lab:Verification", "verification"),
    ),
  );
  expect(text).toBe("Claims:\n  + d\n  - a pings b");
});

test("says so when nothing would change", () => {
  expect(describePlanned(planned(component("same", box, "box1", {}, {})))).toBe("Nothing would change.");
});
