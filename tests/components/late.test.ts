import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { log } from "@pulumi/pulumi";
import { execa } from "execa";
import { Topology } from "../../topology/document.ts";
import { declare, valueOf } from "./mocked.ts";

const lab = await import("../../components/index.ts");
const program = fileURLToPath(new URL("./lab-that-waits.ts", import.meta.url));

const mistakes = [
  ["subnet", "networks.late.subnet: 172.18.4.0/24"],
  ["noSubnet", "networks.late.subnet: 172.19.0.1/16"],
  ["address", "boxes.late.networks.my-bridge.ipv4Address: 10.0.0.1"],
  ["taken", "boxes.late.networks.my-bridge.ipv4Address: 172.18.0.2"],
  ["handedOut", "boxes.late.networks.my-bridge.ipv4Address: no address"],
  ["name", "boxes.red 1; rm -rf x: red 1; rm -rf x"],
  ["twice", "boxes.box1: box1"],
  ["port", "boxes.late.ports[0].external: 0"],
  ["place", "namespaces.late.host: local"],
  ["rule", "rules.late.rule: -A FORWARD -j DROP"],
] as const;

test.each(mistakes)(
  "a mistake of the kind %s that a program makes after it has waited is refused, and not declared",
  async (mistake, told) => {
    const { stdout } = await execa(process.execPath, [program, mistake, "500"], { reject: false });
    const { message, declared } = JSON.parse(stdout) as { message: string; declared: string[] };
    expect(message).toContain(`There is a problem:\n  ${told}\n`);
    expect(message).toContain("    fix: ");
    expect(declared).toContain("box1-container");
    expect(declared.filter((name) => /late|red/.test(name))).toEqual([]);
  },
  30_000,
);

test("a program that waits for no real time makes nothing at all", async () => {
  const { stdout } = await execa(process.execPath, [program, "subnet", "0"], { reject: false });
  expect(JSON.parse(stdout)).toEqual({
    message: expect.stringContaining("networks.late.subnet: 172.18.4.0/24"),
    declared: [],
  });
}, 30_000);

/** A lab of which `last` declares what comes after Topology. */
async function lateLab(last: (network: InstanceType<typeof lab.BridgeNetwork>) => Promise<void>) {
  let topology: InstanceType<typeof lab.Topology> | undefined;
  await declare(async () => {
    const host = new lab.LocalHost("local");
    const network = new lab.BridgeNetwork("my-bridge", { host, subnet: "172.18.0.0/16" });
    topology = new lab.Topology("topology", { host, claims: [] });
    await last(network);
  });
  return Topology.parse(await valueOf((topology as InstanceType<typeof lab.Topology>).document));
}

test.each([0, 5])("what is declared after Topology, and %d ms later, is in the topology", async (pause) => {
  const { nodes } = await lateLab(async (network) => {
    await new Promise((resolve) => setTimeout(resolve, pause));
    new lab.Box("late", { networks: [{ network }] });
  });
  expect(nodes.map(({ name }) => name)).toEqual(["late"]);
});

test("what is declared when the topology is written already is refused", async () => {
  await expect(
    lateLab(async (network) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      new lab.Box("late", { networks: [{ network }] });
    }),
  ).rejects.toThrow("boxes.late: late\n    is declared too late");
});

// The last test: Pulumi counts errors once for all.
test("of a program that has failed nothing is made: Pulumi would make what it has declared before", async () => {
  const found = await declare(async () => {
    const host = new lab.LocalHost("local");
    new lab.BridgeNetwork("my-bridge", { host, subnet: "172.18.0.0/16" });
    await log.error("as Pulumi tells that a program has failed");
  });
  expect([...found.values()].map(({ type }) => type).filter((type) => !type.startsWith("vethlab:"))).toEqual(
    [],
  );
});
