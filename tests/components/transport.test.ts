import { describe, expect, test } from "@jest/globals";
import { declare, type Declared, made } from "./mocked.ts";
import { run } from "./ran.ts";

const lab = await import("../../components/index.ts");

const folder = /^\/tmp\/vethlab-\d+\/test-stack\/host1$/;

/** A command whose folder is that in which it runs. */
function inFolder({ inputs, ...more }: Declared): Declared {
  const environment = { ...(inputs["environment"] as Record<string, string>), DIRECTORY: "." };
  return { ...more, inputs: { ...inputs, environment } };
}

describe("how a lab host's engine is reached", () => {
  const host = (machine: { inVm?: boolean }, transport?: "socket" | "tls") => () => {
    const engine = { version: "28.5.2", ...machine };
    const local = new lab.LocalHost("local", { machine: { networksInUse: [], engine } });
    const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
    new lab.ContainerHost("host1", { underlay, transport });
  };

  test("tls: a port of 127.0.0.1, nothing mounted, certificates in the host's folder", async () => {
    const found = await declare(host({}, "tls"));
    const container = found.get("host1-container")?.inputs;
    expect(container).toMatchObject({ ports: [{ internal: 2376, ip: "127.0.0.1", protocol: "tcp" }] });
    expect(container?.["mounts"]).toEqual([]);
    expect(container?.["envs"]).toEqual(["VETHLAB_TLS_PORT=2376"]);
    const ready = made(found, "host1-ready");
    expect(ready.inputs["environment"]).toMatchObject({ TLS_PORT: "2376" });
    const ran = await run(
      inFolder(ready),
      "create",
      'case "$1" in cp) touch key.pem ;; port) echo 127.0.0.1:7 ;; esac',
    );
    expect(ran).toMatchObject({ stdout: "tcp://127.0.0.1:7", exitCode: 0 });
    expect(ran.calls[1]).toBe("docker cp host1-container-id:/etc/vethlab/tls/client/. .");
    expect(found.get("host1-engine")?.inputs["certPath"]).toMatch(folder);
  });

  test("socket: no port, no certificates", async () => {
    const found = await declare(host({ inVm: true }, "socket"));
    expect(found.get("host1-container")?.inputs).not.toHaveProperty("ports");
    expect(await run(inFolder(made(found, "host1-ready")))).toMatchObject({ stdout: "unix://./docker.sock" });
    expect(found.get("host1-engine")?.inputs).not.toHaveProperty("certPath");
  });

  test.each([
    [true, true],
    [false, false],
  ])("where nothing is said and the engine is in a virtual machine: %s, tls: %s", async (inVm, tls) => {
    const found = await declare(host({ inVm }));
    expect("ports" in (found.get("host1-container")?.inputs ?? {})).toBe(tls);
  });
});
