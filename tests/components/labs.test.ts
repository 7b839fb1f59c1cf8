import { readdirSync } from "node:fs";
import { expect, test } from "@jest/globals";
import type * as pulumi from "@pulumi/pulumi";
import { validateClaims } from "../../checks/validate.ts";
import { resolveConfig } from "../../topology/config.ts";
import { Topology } from "../../topology/document.ts";
import type { About } from "../../topology/lab.ts";
import { declare, valueOf } from "./mocked.ts";

interface Lab {
  about: About;
  build: (config: object, machine: object) => { topology: pulumi.Output<Topology> };
}

/** Settings of labs beside their defaults, each on its own. */
const variants: Record<string, Record<string, string>[]> = {
  "custom-network": [
    { bbox08: "both" },
    { bbox08: "bridge" },
    { connectDefault: "true" },
    { network: "empty" },
    { network: "removed", bbox08: "bridge", connectDefault: "true" },
    { host: "local" },
  ],
  "nat-egress": ["byHand", "none"].flatMap((masquerade) =>
    ["docker", "ACCEPT", "DROP"].map((forward) => ({ masquerade, forward })),
  ),
  "netns-veth": [{ loopback: "false" }, { link: "false" }, { loopback: "false", link: "false" }],
  "port-publish": [{ byHand: "true" }],
  "swarm-dnsrr": [{ replicas: "2" }, { engine: "26.1" }],
  "swarm-overlay": [{ drain: "none" }, { drain: "host2" }, { hosts: "6", replicas: "60", drain: "host6" }],
  "user-bridge": [{ connectBox3: "true" }, { host: "local" }],
};

const cases = readdirSync(new URL("../../stacks/", import.meta.url))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .flatMap((lab) => [{}, ...(variants[lab] ?? [])].map((config) => ({ lab, config })));

test.each(cases)(
  "$lab $config: its claims, and those of its drills, can be tested",
  async ({ lab, config }) => {
    const { about, build } = (await import(`../../stacks/${lab}.ts`)) as Lab;
    expect(about.name).toBe(lab);
    let built: ReturnType<Lab["build"]> | undefined;
    await declare(() => {
      built = build(resolveConfig(about.config, config), { networksInUse: [] });
    });
    const topology = Topology.parse(await valueOf((built as ReturnType<Lab["build"]>).topology));
    expect(() => {
      validateClaims(topology);
    }).not.toThrow();
    for (const { steps } of topology.drills) {
      for (const { on, then } of steps) {
        expect(topology.nodes.map(({ name }) => name)).toContain(on);
        expect(() => {
          validateClaims({ ...topology, claims: then });
        }).not.toThrow();
      }
    }
  },
);
