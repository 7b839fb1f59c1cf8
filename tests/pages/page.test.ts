import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ensureNeeds } from "../../cli/needs.ts";
import { packageRoot } from "../../toolchain/paths.ts";
import { commandsOf, onStack, typeIn } from "./page.ts";
import { difference, tellsFailure, underlaysIn } from "./printed.ts";
import { vethlab } from "../live/vethlab.ts";

/**
 * The page of a lab, command by command, on a lab that is built by the page's own `up`: what it prints must be what comes
 * of it. jest.config.js has a project for each page; `--selectProjects 'page nat-egress'` types that one only.
 */
declare const lab: string;

/** Of labs that take the article's where it is free: another test's may come up at the same moment, and take it too. */
const underlays: Partial<Record<string, string>> = {
  "overlay-etcd": "192.168.30.0/24",
  "overlay-consul": "192.168.31.0/24",
};

/** Longest time of one command: an `up` from nothing, or all drills of a lab. */
const LIMIT_MS = 300_000;

describe(`the page of ${lab}`, () => {
  const stack = `docs-${lab}`;
  const page = readFileSync(join(packageRoot, "docs", "labs", `${lab}.md`), "utf8");
  const told = new Set(underlaysIn(page));
  const typed = commandsOf(page);
  const { [lab]: underlay } = underlays;
  // Its images may have to be built: the page says nothing of that.
  beforeAll(() => ensureNeeds({ stack, lab }, {}, () => undefined), 4 * LIMIT_MS);
  afterAll(() => vethlab("down", stack), LIMIT_MS);

  test("has one type nothing but `npx vethlab`, and builds its lab first", () => {
    expect(typed.map(({ command }) => command).filter((one) => !one.startsWith("npx vethlab "))).toEqual([]);
    expect(typed[0]?.command).toBe(`npx vethlab up ${lab}`);
  });

  test.each(typed.map((one) => [one.line, one.command, one] as const))(
    "line %d: %s",
    async (_line, _command, { command, printed }) => {
      const first = underlay !== undefined && command === typed[0]?.command;
      const { status, output } = await typeIn(
        packageRoot,
        onStack(command, lab, stack) + (first ? ` -c underlay=${underlay}` : ""),
      );
      const text = output.replaceAll(stack, lab);
      for (const one of underlaysIn(text)) told.add(one);
      const wrong = difference(printed, text.split("\n"), [...told]);
      expect(wrong && `${wrong}\n\nall of it:\n${text}`).toBeUndefined();
      expect({ printed, failed: status !== 0 }).toEqual({ printed, failed: tellsFailure(printed) });
    },
    LIMIT_MS,
  );
});
