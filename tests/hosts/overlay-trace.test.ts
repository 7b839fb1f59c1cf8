import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { PacketTrace } from "../../cli/tracing/packet-trace.ts";
import { tracesOf } from "../machine-state.ts";
import { ensureNeeds } from "../../cli/needs.ts";
import { vethlab } from "../live/vethlab.ts";

/** Packets of a network that two hosts share, followed and captured in the namespaces that their engines keep for it. */

jest.setTimeout(60_000);

const lab = "overlay-etcd";
const stack = `overlay-trace-${process.pid}`;

let standing: string[] = [];
beforeAll(async () => {
  await ensureNeeds({ stack, lab }, {}, () => undefined);
  expect(await vethlab("up", lab, "--stack", stack)).toMatchObject({ code: 0, stderr: "" });
  standing = await tracesOf(stack);
}, 10 * 60_000);
afterAll(async () => {
  await vethlab("down", stack);
  expect(await tracesOf(stack)).toEqual([]);
});

test("trace goes through both namespaces of the overlay, and tells how to see the packets between", async () => {
  const { code, stdout, stderr } = await vethlab("trace", stack, "box1", "box2", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { hops, outcome, answer, notes } = JSON.parse(stdout) as PacketTrace;
  const inside = (host: string) => `my-overlay on ${host}`;
  const seen = hops.filter((hop) => hop.kind === "interface");
  expect(seen.map(({ at, direction, peer }) => [at, direction, peer?.at])).toEqual([
    ["box1", "out", inside("host1")],
    [inside("host1"), "in", "box1"],
    [inside("host1"), "out", undefined],
    [inside("host2"), "in", undefined],
    [inside("host2"), "out", "box2"],
    ["box2", "in", inside("host2")],
  ]);
  expect(seen.map((hop) => hop.interface).filter((name) => name.startsWith("vxlan"))).toHaveLength(2);
  expect(outcome).toMatchObject({ result: "arrived", at: "box2" });
  expect(answer).toEqual({ received: true, text: "reply" });
  expect(notes.join("\n")).toContain(`npx vethlab capture ${stack} host1 --filter 'udp port 4789'`);
});

describe("capture", () => {
  /** What a capture shows while box1 pings box2. */
  async function whilePinging(...capture: string[]): Promise<string> {
    const pings = vethlab("exec", stack, "box1", "--", "ping", "-c", "12", "-i", "0.3", "box2");
    const { code, stdout } = await vethlab("capture", stack, ...capture, "--count", "2", "--seconds", "20");
    expect({ code, pinged: (await pings).code }).toEqual({ code: 0, pinged: 0 });
    return stdout;
  }

  test.each(["my-overlay", "my-overlay@host2"])("%s: bare, at the bridge of the overlay", async (where) => {
    const shown = await whilePinging(where, "--filter", "icmp");
    expect(shown).toMatch(/10\.0\.0\.2 > 10\.0\.0\.3: ICMP echo request/);
    expect(shown).not.toContain("VXLAN");
  });

  test("a host: wrapped in VXLAN on the underlay", async () => {
    const shown = await whilePinging("host1", "--filter", "udp port 4789");
    expect(shown).toMatch(/VXLAN.*vni \d+/);
    expect(shown).toMatch(/10\.0\.0\.[23] > 10\.0\.0\.[23]: ICMP echo re/);
  });
});

test("nothing of it stays", async () => {
  expect(await tracesOf(stack)).toEqual(standing);
});
