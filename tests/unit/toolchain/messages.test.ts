import { expect, test } from "@jest/globals";

import { needSpace } from "../../../toolchain/disk.ts";
import { buildFailure } from "../../../toolchain/install-pulumi.ts";
import { readResults } from "../../../toolchain/kernel.ts";
import { asLack, MachineLacks } from "../../../toolchain/lacks.ts";
import { seldom } from "../../../toolchain/put-in-place.ts";

test("what is lacking is said with what to do", () => {
  const lack = new MachineLacks("There is no x.", "install x.");
  expect(lack.message).toBe("There is no x.\n  What to do: install x.");
  expect(lack.exitCode).toBe(3);
});

test("a disk that is too full is found before it is filled", () => {
  expect(() => {
    needSpace("/somewhere", 6, "Building Pulumi", 2.04e9);
  }).toThrow("Building Pulumi needs 6 GB of disk at /somewhere, and 2.0 GB are free.");
  expect(() => {
    needSpace("/somewhere", 6, "Building Pulumi", 6e9);
  }).not.toThrow();
});

test.each([
  ["compile: writing output: write /x: no space left on device", /The disk ran full/, /free some space/],
  ["dial tcp: lookup proxy.example: no such host", /neither .* can be reached/, /set GOPROXY/],
  ["go.mod requires go >= 1.26 (running go 1.20)", /cannot be built/, /go version/],
])("a failed build says what the machine lacks: %s", (output, what, fix) => {
  const lack = buildFailure("pulumi", `one\ntwo\n${output}\n`);
  expect(lack.message).toMatch(what);
  expect(lack.message).toContain(output);
  expect(lack.fix).toMatch(fix);
});

test("a line that only counts on is repeated every ten seconds", () => {
  const lines: string[] = [];
  let now = 0;
  const say = seldom(
    (line) => lines.push(line),
    () => now,
  );
  say("looking");
  for (let s = 1; s <= 21; s++) {
    now = s * 1000;
    say(`building: ${s} s`);
  }
  expect(lines).toEqual(["looking", "building: 1 s", "building: 11 s", "building: 21 s"]);
});

test("a kernel's answers are read by their mark, and what failed says why", () => {
  const output = "noise veth 1 no\nm veth 0 \nm ip_vs 4 iptables: no such file\n";
  const features = readResults(output, "m");
  expect(features.veth).toEqual({
    available: true,
    how: "ip link add try-veth0 type veth peer name try-veth1",
  });
  expect(features.ip_vs.available).toBe(false);
  expect(features.ip_vs.how).toMatch(/-m ipvs .*: iptables: no such file$/);
  // a trial that left no line did not succeed
  expect(features.esp.available).toBe(false);
});

test("errors of the system are told from defects of ours", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(asLack(full)?.message).toMatch(/^The disk is full/);
  const denied = Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), {
    code: "EACCES",
    path: "/x",
  });
  expect(asLack(denied)?.message).toMatch(/may not write to \/x[^]*VETHLAB_HOME/);
  const program = Object.assign(new Error("Command failed: docker\nno such thing"), {
    shortMessage: "Command failed: docker",
  });
  expect(asLack(program)?.message).toMatch(/no such thing/);
  expect(asLack(new TypeError("x is not a function"))).toBeUndefined();
});
