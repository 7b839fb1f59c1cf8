import { describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { containerEntrance } from "../../../reach/containers.ts";
import { asking, FrameReader, prelude } from "../../../reach/protocol.ts";
import { visiting } from "../../../reach/visiting.ts";
import { commandLine, quote } from "../../../topology/shell.ts";

const hostile = 'it\'s `id` $(id) "quoted" \\ * ~ ; | & > <\nsecond line';

test("whatever a text is, the shell sees it as one word", () => {
  const text = fc.string({ unit: "grapheme" }).filter((candidate) => !candidate.includes("\0"));
  fc.assert(
    fc.property(fc.array(text, { minLength: 20, maxLength: 40 }), (words) => {
      const out = execFileSync("sh", ["-c", commandLine(["printf", "%s\\0", ...words])], {
        encoding: "utf8",
      });
      return out === words.map((word) => `${word}\0`).join("");
    }),
    { numRuns: 20 },
  );
  expect(quote("172.18.0.3")).toBe("172.18.0.3");
  expect(quote("")).toBe("''");
});

describe.each(["sh", "bash"])("in %s", (shell) => {
  function run(commands: Record<string, string[]>) {
    const script = prelude(7) + asking(new Map(Object.entries(commands)));
    const frames = new FrameReader().read(execFileSync(shell, ["-c", script], { encoding: "utf8" }));
    return Object.fromEntries(frames.map(({ key, ...frame }) => [key, frame]));
  }

  test("status, stdout and stderr come back, each its own", () => {
    expect(run({ a: ["sh", "-c", "echo out; echo err >&2; exit 3"], b: ["true"] })).toEqual({
      a: { round: 7, status: 3, stdout: "out", stderr: "err" },
      b: { round: 7, status: 0, stdout: "", stderr: "" },
    });
  });

  test("nothing in arguments or answers is interpreted", () => {
    expect(run({ a: ["printf", "%s", hostile] })["a"]?.stdout).toBe(hostile);
  });

  test("long answers of many commands at once come back whole", () => {
    const texts = Array.from({ length: 12 }, (_, index) => `${index}:${"0123456789 *?[a]\\".repeat(600)}`);
    const answers = run(
      Object.fromEntries(texts.map((text, index) => [`k${index}`, ["printf", "%s", text]])),
    );
    expect(texts.map((_, index) => answers[`k${index}`]?.stdout)).toEqual(texts);
  });

  test("a command reads nothing of the script", () => {
    expect(run({ a: ["cat"] })["a"]).toMatchObject({ status: 0, stdout: "" });
  });

  test("visits report their end, and what went wrong in entering", () => {
    const commands = new Map([["x", ["echo", "there"]]]);
    const script = visiting(1, [
      { key: "v0", entrance: { words: [] }, commands },
      {
        key: "v1",
        entrance: containerEntrance(999999999, "/r", "/h"),
        commands: new Map(),
      },
    ]);
    const out = execFileSync(shell, ["-c", `${script}wait`], { encoding: "utf8" });
    const frames = new Map(new FrameReader().read(out).map((frame) => [frame.key, frame]));
    expect(frames.get("x")?.stdout).toBe("there");
    expect(frames.get("v0")?.status).toBe(0);
    expect(frames.get("v1")?.status).not.toBe(0);
    expect(frames.get("v1")?.stdout).toMatch(/999999999/);
  });
});

test("frames are read from chunks cut anywhere; other lines are passed over", () => {
  const stream =
    "motd\n@ 1 a + first,\u001f\n@ 1 b 2 e\u001f\u001e\u001fo\n@ 1 a 0 \u001e\u001fsecond\n@ broken\n";
  for (let cut = 1; cut < stream.length; cut++) {
    const reader = new FrameReader();
    expect([...reader.read(stream.slice(0, cut)), ...reader.read(stream.slice(cut))]).toEqual([
      { round: 1, key: "b", status: 2, stderr: "e", stdout: "o" },
      { round: 1, key: "a", status: 0, stderr: "first,", stdout: "second" },
    ]);
  }
});
