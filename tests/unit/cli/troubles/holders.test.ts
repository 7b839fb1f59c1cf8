import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { holdersOf } from "../../../../cli/troubles/holders.ts";

/** What docker answers, in the place of an engine: networks lan and foreign, a container that publishes a port. */
const docker = `#!/bin/sh
case "$*" in
  "network ls"*) printf 'one\\ntwo\\n' ;;
  "network inspect"*one*) printf 'lan 172.24.0.0/24\\n\\nforeign 172.26.0.0/16\\n\\nsix fd00::/64\\n\\n' ;;
  "network inspect"*lan*) printf 'aa 172.24.0.2/24\\n\\nmine1 172.24.0.3/24\\n\\n' ;;
  "ps --filter publish=18080"*) echo holder ;;
esac
`;

let folder = "";
const command = (): string[] => [join(folder, "docker")];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holders-"));
  writeFileSync(join(folder, "docker"), docker);
  chmodSync(join(folder, "docker"), 0o755);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  [
    { kind: "address", address: "172.24.0.2", network: "lan" } as const,
    [{ name: "aa", how: "has 172.24.0.2" }],
  ],
  [
    { kind: "plug", network: "lan" } as const,
    [
      { name: "aa", how: "is plugged into lan" },
      { name: "mine1", how: "is plugged into lan" },
    ],
  ],
  [{ kind: "port", port: "18080" } as const, [{ name: "holder", how: "publishes port 18080" }]],
  [{ kind: "subnet", subnet: "172.26.4.0/24" } as const, [{ name: "foreign", how: "has 172.26.0.0/16" }]],
  [{ kind: "name", name: "bb", of: "container" } as const, [{ name: "bb", how: "is a container already" }]],
])("who has it: %j", async (taken, holders) => {
  expect(await holdersOf(command(), taken)).toEqual(holders);
});

test("an engine that does not answer tells nobody", async () => {
  expect(await holdersOf([join(folder, "nowhere")], { kind: "port", port: "1" })).toEqual([]);
});
