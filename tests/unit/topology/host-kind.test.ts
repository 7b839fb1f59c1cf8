import { describe, expect, test } from "@jest/globals";
import { chooseHost } from "../../../topology/host-kind.ts";

describe("what a lab stands on", () => {
  test.each(["container", "vm", "local"] as const)("%s is what the setting says", (kind) => {
    expect(chooseHost(kind, ["ip_vs"])).toEqual({ kind });
  });

  test("auto is a container where the kernel has all that the lab needs", () => {
    expect(chooseHost("auto", [])).toEqual({
      kind: "container",
      why: "this machine's kernel has what the lab needs",
    });
  });

  test("auto is a virtual machine where it does not, and names what is lacking", () => {
    expect(chooseHost("auto", ["ip_vs", "esp"])).toEqual({
      kind: "vm",
      why: "this machine's kernel lacks ip_vs, esp",
    });
  });
});
