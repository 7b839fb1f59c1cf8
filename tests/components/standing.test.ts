import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { untested, writeReport } from "../../checks/report-file.ts";
import { declare } from "./mocked.ts";

const lab = await import("../../components/index.ts");

test("a lab that stands gets one more host", async () => {
  const folder = mkdtempSync(join(tmpdir(), "standing-"));
  const resultsFile = join(folder, "test-stack.json");
  const hosts = [{ name: "host1", kind: "container" as const }];
  writeReport(
    resultsFile,
    { hosts, nodes: [] },
    { ...untested({ stack: "test-stack", lab: "some-lab" }), ok: true },
    "",
  );
  const machine = { networksInUse: [], resultsFile, running: ["vethlab-test-stack-host1"] };
  const found = await declare(() => {
    const local = new lab.LocalHost("local", { lab: "some-lab", machine });
    const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
    for (const name of ["host1", "host2"]) new lab.ContainerHost(name, { underlay });
  });
  expect([...found.keys()]).toEqual(expect.arrayContaining(["host1-container", "host2-container"]));
  rmSync(folder, { recursive: true });
});
