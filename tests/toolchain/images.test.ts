import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";

import { imageReference } from "../../images/recipe.ts";
import { docker, eventually, ownName } from "./docker.ts";

jest.setTimeout(30_000);

const tools = {
  box: "ping fping ip getent curl nslookup tcpdump nc busybox httpd hostname vethlab-idle vethlab-web vethlab-outside".split(
    " ",
  ),
  host: "ping fping ip getent curl dig tcpdump nc iptables brctl nsenter unshare ps docker dockerd runc tini bash".split(
    " ",
  ),
};

test.each(["box", "host"] as const)("the %s image has its tools", async (name) => {
  const script = tools[name].map((tool) => `command -v ${tool} >/dev/null || echo ${tool}`).join("; ");
  expect(await docker("run", "--rm", "--entrypoint", "sh", imageReference(name), "-c", script)).toBe("");
});

test("the box image is small", async () => {
  expect(
    Number(await docker("image", "inspect", "--format", "{{.Size}}", imageReference("box"))),
  ).toBeLessThan(90e6);
});

describe("boxes", () => {
  const network = ownName("net");
  const made: string[] = [];

  /** Starts a box and resolves to its name and address. */
  async function box(
    role: string,
    options: string[] = [],
    command: string[] = [],
  ): Promise<{ name: string; address: string }> {
    const name = ownName(role);
    made.push(name);
    await docker(
      "run",
      "--detach",
      "--name",
      name,
      "--hostname",
      role,
      "--network",
      network,
      ...options,
      imageReference("box"),
      ...command,
    );
    const address = await docker(
      "inspect",
      "--format",
      "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
      name,
    );
    return { name, address };
  }

  beforeAll(async () => {
    await docker("network", "create", network);
  });
  afterAll(async () => {
    if (made.length > 0) await docker("rm", "--force", "--volumes", ...made);
    await docker("network", "rm", network);
  });

  test.each([
    ["idle", [], []],
    ["web", [], ["vethlab-web"]],
    ["outside", ["--cap-add", "NET_ADMIN", "--env", "OUTSIDE_ADDRESS=203.0.113.10"], ["vethlab-outside"]],
  ])("%s stops at once", async (role, options, command) => {
    const { name } = await box(role, options, command);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const begun = performance.now();
    await docker("stop", name);
    // ten seconds if it did not listen; 0.1 s on a quiet machine
    expect(performance.now() - begun).toBeLessThan(1500);
    expect(await docker("inspect", "--format", "{{.State.ExitCode}}", name)).toBe("0");
  });

  test("the web server says who it is and who asks", async () => {
    const web = await box("web1", [], ["vethlab-web"]);
    const client = await box("client");
    await eventually(async () => {
      expect(await docker("exec", client.name, "curl", "-s", `http://${web.address}/`)).toBe(
        `hello from web1\nyou are ${client.address}`,
      );
    });
  });

  test("the web server takes a port", async () => {
    const web = await box("web2", ["--env", "WEB_PORT=8080"], ["vethlab-web"]);
    await eventually(async () => {
      expect(await docker("exec", web.name, "curl", "-s", "http://127.0.0.1:8080/")).toContain(
        "hello from web2",
      );
    });
  });

  test("outside answers to its name and address, and knows no other name", async () => {
    const outside = await box(
      "outside",
      ["--cap-add", "NET_ADMIN", "--env", "OUTSIDE_ADDRESS=203.0.113.10"],
      ["vethlab-outside"],
    );
    const client = await box("client", ["--cap-add", "NET_ADMIN"]);
    await docker("exec", client.name, "ip", "route", "add", "203.0.113.10", "via", outside.address);
    await eventually(async () => {
      expect(await docker("exec", client.name, "nslookup", "outside.example", "203.0.113.10")).toContain(
        "Address: 203.0.113.10",
      );
    });
    expect(await docker("exec", client.name, "curl", "-s", "http://203.0.113.10/")).toContain(
      "hello from outside",
    );
    const begun = performance.now();
    await expect(docker("exec", client.name, "nslookup", "other.example", "203.0.113.10")).rejects.toThrow(
      /NXDOMAIN/,
    );
    expect(performance.now() - begun).toBeLessThan(1500);
  });
});
