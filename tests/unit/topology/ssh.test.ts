import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { LabError } from "../../../topology/problems.ts";
import { sshShell } from "../../../scripts/ssh.ts";
import { sshOptions, sshTargets } from "../../../topology/ssh.ts";

describe("the setting machines", () => {
  test("is a list of ssh:// addresses", () => {
    expect(sshTargets("ssh://root@10.0.0.1, ssh://lab.example:2222", "/etc/x")).toEqual([
      { url: "ssh://root@10.0.0.1", destination: "root@10.0.0.1", configFile: "/etc/x" },
      { url: "ssh://lab.example:2222", destination: "lab.example", port: 2222, configFile: "/etc/x" },
    ]);
  });

  test.each(["10.0.0.1", "ssh://", "ssh://-oProxyCommand=x", "ssh://a b", "tcp://h:22", "ssh://h/path"])(
    "%s is none",
    (hosts) => {
      expect(() => sshTargets(hosts)).toThrow(LabError);
    },
  );

  test("names each machine once, and tells of all that is wrong", () => {
    expect(() => sshTargets("ssh://a,ssh://a,b")).toThrow(/2 problems[^]*is there twice[^]*must be ssh:/);
  });
});

test("ssh asks nothing, and does not wait for long", () => {
  expect(sshOptions({}).join(" ")).toContain("BatchMode=yes -o ConnectTimeout=8");
});

describe("words that run over ssh", () => {
  // An ssh that does what the real one does with its last argument: the login shell gets it.
  const folder = mkdtempSync(join(tmpdir(), "ssh-words-"));
  const ssh = join(folder, "ssh");
  writeFileSync(ssh, '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n');
  chmodSync(ssh, 0o755);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const [program = "", ...shell] = sshShell({ url: "ssh://h", destination: "h", configFile: "/a b/it's" });
  const echoed = (words: string[]): string[] =>
    execFileSync(program, [...shell, "printf", "%s\\0", ...words], {
      env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
      encoding: "utf8",
    })
      .split("\0")
      .slice(0, -1);

  test.each([
    [
      [
        "it's",
        `"quoted"`,
        "$HOME `id` $(id)",
        "a\nb\n",
        "",
        "*",
        "\\",
        "\\'",
        "--",
        "-n",
        "&& exit 3",
        "ü 中",
      ],
    ],
    [["'", "''", "'a'b'", "a'"]],
  ])("arrive as they are: %j", (words) => {
    expect(echoed(words)).toEqual(words);
  });

  test("arrive as they are, whatever they are", () => {
    const word = fc
      .string({ unit: "binary" })
      .filter((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        expect(echoed(words)).toEqual(words);
      }),
      { numRuns: 50 },
    );
  });
});
