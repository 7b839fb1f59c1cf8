import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { imageReference } from "../../images/recipe.ts";
import type { Topology } from "../../topology/document.ts";
import { Checkout } from "../checkout.ts";
import { tracesOf } from "../machine-state.ts";
import { inLabEnvironment } from "./vethlab.ts";

/** Everything that a box can be told of `docker run`, each by its effect: one lab, brought up once. */

jest.setTimeout(240_000);

const stack = `docker-run-${process.pid}`;
const image = `${stack}:1`;
const checkout = new Checkout();
checkout.write("stacks/docker-run.ts", `export { about, build } from "../tests/live/docker-run-lab.ts";\n`);

const vethlab = (...args: string[]) => checkout.run("cli/vethlab.mjs", args);
const docker = (...args: string[]) => inLabEnvironment("docker", ...args);

/** What a command in a node prints. */
async function inNode(node: string, ...command: string[]): Promise<string> {
  return (await vethlab("exec", stack, node, "--", ...command)).stdout.trimEnd();
}

/** A part of what the lab host's engine says of a container, as JSON. */
async function inspected(container: string, part: string): Promise<unknown> {
  return JSON.parse(await inNode("host1", "docker", "inspect", "--format", `{{json ${part}}}`, container));
}

beforeAll(async () => {
  await docker("tag", imageReference("box"), image);
  const { code, stdout, stderr } = await vethlab(
    "up",
    "docker-run",
    "--stack",
    stack,
    "-c",
    `image=${image}`,
  );
  expect({ code, stderr, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("9 of 9 claims hold"),
  });
});
afterAll(async () => {
  const down = await vethlab("down", stack);
  await docker("image", "rm", image);
  checkout.remove();
  expect(down).toMatchObject({ code: 0 });
  expect(await tracesOf(stack)).toEqual([]);
});

describe("a box", () => {
  let lines: string[];
  beforeAll(async () => {
    const files = "/memory/said /etc/resolv.conf /etc/hosts /proc/mounts /proc/1/status";
    const sysctls = "/proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/msgmax";
    lines = (await inNode("app", "sh", "-c", `cat ${files} ${sysctls}; env; hostname -f`)).split("\n");
  });

  test.each([
    ["user", /^uid=65534\(nobody\) gid=65534\(nogroup\)/],
    ["workingDirectory", /^\/srv$/],
    ["environment", /^WORD=first$/],
    ["environment", /^PAIR=a=b c$/],
    ["hostname and domainname", /^front\.lab\.example$/],
    ["dnsSearch, in this order", /^search nowhere\.example example$/],
    ["dnsOptions", /^options .*ndots:1.*timeout:1|^options .*timeout:1.*ndots:1/],
    ["extraHosts", /^10\.82\.0\.99\tdb\.example$/],
    ["extraHosts: host-gateway", /^172\.17\.0\.1\tgate$/],
    ["mounts: tmpfs", /^tmpfs \/memory tmpfs .*size=64k/],
    ["mounts: bind, to read", /^\S+ \/etc\/host-release \S+ ro,/],
    ["mounts: volume", /^\S+ \/data /],
    ["mounts: a volume of its own", /^\S+ \/own /],
    ["sysctls", /^37$/],
    ["sysctls", /^4096$/],
    // NET_ADMIN (12) is there, CHOWN (0) and MKNOD (27) are not.
    ["capabilities", /^CapBnd:\t00000000a00435fa$/],
  ])("%s", (_, line) => {
    expect(lines).toContainEqual(expect.stringMatching(line));
  });

  test("mounts: a bind is a file of the lab host, and a volume is one for all", async () => {
    expect(await inNode("app", "cat", "/etc/host-release")).toBe(
      await inNode("host1", "cat", "/etc/os-release"),
    );
    await inNode("host1", "docker", "exec", "--user", "root", "app", "sh", "-c", "echo mine >/data/from");
    expect(await inNode("sidecar", "cat", "/data/from")).toBe("mine");
    expect(await inNode("linked", "cat", "/data/from")).toBe("mine");
  });

  test("restart and labels", async () => {
    expect(await inspected("app", ".HostConfig.RestartPolicy")).toEqual({
      Name: "on-failure",
      MaximumRetryCount: 3,
    });
    expect(await inspected("app", ".Config.Labels")).toMatchObject({ "com.example.tier": "front" });
  });

  test("dns: the engine asks the given server in its place", async () => {
    expect(await inspected("app", ".HostConfig.Dns")).toEqual(["203.0.113.10"]);
    expect(await inNode("shared-host", "cat", "/etc/resolv.conf")).toContain("nameserver 203.0.113.10");
  });

  test("healthcheck: it is healthy, and who comes after it started later", async () => {
    expect(await inspected("slow", ".Config.Healthcheck")).toMatchObject({
      Test: ["CMD-SHELL", "test -e /tmp/ready"],
      Interval: 200_000_000,
      Timeout: 90_000_000_000,
      Retries: 50,
    });
    const health = (await inspected("slow", ".State.Health")) as { Status: string; Log: { End: string }[] };
    expect(health.Status).toBe("healthy");
    const began = new Date((await inspected("slow", ".State.StartedAt")) as string);
    const later = new Date((await inspected("later", ".State.StartedAt")) as string);
    // It becomes healthy one second after its start.
    expect(later.getTime() - began.getTime()).toBeGreaterThan(1000);
  });

  test("image: brought from the user's engine, which a box of another kind takes too", async () => {
    for (const box of ["foreign", "sidecar", "linked"])
      expect(await inspected(box, ".Config.Image")).toBe(image);
  });
});

describe("published ports", () => {
  const address = async () => {
    const { stdout } = await inLabEnvironment(
      "pulumi",
      "stack",
      "output",
      "addresses",
      "--json",
      "--stack",
      stack,
    );
    const addresses = JSON.parse(stdout) as Record<string, Record<string, { address: string }>>;
    return addresses["host1"]?.["underlay"]?.address ?? "";
  };
  const udp = (from: string, to: string, port: number) =>
    inNode(from, "sh", "-c", `echo ping | nc -u -w 2 ${to} ${port}`);

  test("one on 127.0.0.1 answers on the host, and not from outside", async () => {
    expect(await inNode("host1", "curl", "-s", "http://127.0.0.1:8080/")).toContain("ports");
    const host1 = await address();
    expect(await inNode("outside", "curl", "-s", "-m", "3", `http://${host1}:8081/`)).toContain("ports");
    expect(await inNode("outside", "curl", "-s", "-m", "3", `http://${host1}:8080/`)).toBe("");
  });

  test("a range of udp answers from outside, each port from its own", async () => {
    const host1 = await address();
    expect(await udp("outside", host1, 9000)).toBe("pong-7000");
    expect(await udp("outside", host1, 9001)).toBe("pong-7001");
  });

  test("they are in the topology, and aliases", async () => {
    const { stdout } = await inLabEnvironment(
      "pulumi",
      "stack",
      "output",
      "topology",
      "--json",
      "--stack",
      stack,
    );
    const { nodes } = JSON.parse(stdout) as Topology;
    const node = (name: string) => nodes.find((one) => one.name === name);
    expect(node("ports")?.ports).toContainEqual({
      hostAddress: "127.0.0.1",
      external: 8080,
      internal: 80,
      protocol: "tcp",
    });
    expect(node("ports")?.ports).toHaveLength(5);
    expect(node("app")?.interfaces).toEqual([expect.objectContaining({ aliases: ["www", "shop"] })]);
  });
});

describe("a linked box", () => {
  test("environment, user, workingDirectory, mounts, names, sysctls and capabilities", async () => {
    const said = await inNode(
      "linked",
      ...[
        "sh",
        "-c",
        "cat /memory/said /proc/sys/net/ipv4/ip_default_ttl; id -un; pwd; hostname -f; grep CapBnd /proc/1/status",
      ],
    );
    expect(said.split("\n")).toEqual([
      ...["first", "38", "nobody", "/srv", "client.lab.example", "CapBnd:\t0000000000001000"],
    ]);
    expect(await inNode("linked", "cat", "/etc/hosts", "/etc/resolv.conf")).toMatch(
      /10\.82\.0\.99\tdb\.example[^]*search example\nnameserver 203\.0\.113\.10\noptions ndots:1/,
    );
  });

  test("restart, labels, healthcheck and ports", async () => {
    expect(await inspected("linked", ".HostConfig.RestartPolicy")).toEqual({
      Name: "on-failure",
      MaximumRetryCount: 3,
    });
    expect(await inspected("linked", ".Config.Labels")).toMatchObject({ "com.example.tier": "linked" });
    expect(await inspected("linked", ".State.Health.Status")).toBe("healthy");
    expect(await inspected("linked", ".NetworkSettings.Ports")).toEqual({
      "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8082" }],
    });
  });
});

test("a second up changes nothing, nor does a refresh; a change is told in words", async () => {
  const pulumi = (...args: string[]) =>
    inLabEnvironment("pulumi", ...args, "--stack", stack, "--non-interactive");
  const unchanged = async () => {
    const { stdout, stderr, code } = await vethlab("preview", stack);
    expect({ stdout, stderr, code }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Nothing would change."),
    });
  };
  await unchanged();
  expect((await pulumi("refresh", "--yes", "--skip-preview")).code).toBe(0);
  await unchanged();
  const { stdout } = await vethlab("preview", stack, "-c", "word=second", "-c", "interval=0.4");
  expect(stdout).toMatch(/± app +environment\.WORD first -> second \(replaced, with sidecar\)/);
  expect(stdout).toMatch(/± linked +environment\.WORD first -> second \(replaced\)/);
  expect(stdout).toMatch(/± slow +healthcheck\.intervalSeconds 0\.2 -> 0\.4 \(replaced/);
});
