import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { createNetwork, removeNetwork } from "../../../topology/network-script.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "network-script-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a script beside an engine that answers `docker network inspect` with `there`; what else the engine was told. */
async function run(script: string, there: string) {
  const docker = join(folder, "docker");
  writeFileSync(
    docker,
    `#!/bin/sh
case $2 in
  inspect) [ -n '${there}' ] && echo '${there}' ;;
  create) echo new-id; echo "$*" >>${folder}/told ;;
  *) echo "$*" >>${folder}/told ;;
esac`,
  );
  chmodSync(docker, 0o700);
  writeFileSync(join(folder, "told"), "");
  const { exitCode, stdout, stderr } = await execa("bash", ["-euo", "pipefail", "-c", script], {
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    reject: false,
  });
  const told = (await execa("cat", [join(folder, "told")])).stdout;
  return { exitCode, stdout, stderr, told };
}

const cafe = createNetwork({
  name: "cafe",
  driver: "bridge",
  subnet: "172.18.0.0/16",
  gateway: "172.18.0.1",
  labels: [{ label: "vethlab.stack", value: "shop" }],
});

test.each([
  ["none of the name is there", ""],
  ["the name begins the id of another", "other cafe12 bridge 172.18.0.0/16 172.18.0.1 shop"],
])("%s: it is made", async (_, there) => {
  expect(await run(cafe, there)).toMatchObject({
    exitCode: 0,
    stdout: "new-id",
    told:
      "network create --driver bridge --subnet 172.18.0.0/16 --gateway 172.18.0.1" +
      " --label vethlab.stack=shop cafe",
  });
});

test("the lab's own is there as it is asked for: it is taken", async () => {
  const found = await run(cafe, "cafe old-id bridge 172.18.0.0/16 172.18.0.1 shop");
  expect(found).toMatchObject({ exitCode: 0, stdout: "old-id", told: "" });
});

test.each(["bridge 172.17.0.0/16 172.17.0.1 shop", "overlay 172.18.0.0/16 172.18.0.1 shop"])(
  "one of the name is %s: it is told and left alone",
  async (there) => {
    const { exitCode, stderr, told } = await run(cafe, `cafe old-id ${there}`);
    expect({ exitCode, told }).toEqual({ exitCode: 1, told: "" });
    expect(stderr).toContain(`a network cafe is on the engine already: ${there}.`);
    expect(stderr).toContain("It is not that of the lab: bridge 172.18.0.0/16 172.18.0.1 shop.");
  },
);

test("one that somebody has made by hand, as the lab asks for it, has no label of the lab's", async () => {
  expect(await run(cafe, "cafe old-id bridge 172.18.0.0/16 172.18.0.1 ")).toMatchObject({
    exitCode: 1,
    told: "",
  });
});

test.each([
  ["cafe", "network rm cafe"],
  ["cafe12", ""],
])("removal, where the engine knows %s by the name", async (known, told) => {
  expect(await run(removeNetwork("cafe"), known)).toMatchObject({ exitCode: 0, told });
});
