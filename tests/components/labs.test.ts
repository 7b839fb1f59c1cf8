import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type * as pulumi from "@pulumi/pulumi";
import { instance } from "@viz-js/viz";
import { validateClaims } from "../../checks/validate.ts";
import { drawingOf } from "../../cli/showing/drawing.ts";
import { resolveConfig } from "../../topology/config.ts";
import { Topology } from "../../topology/document.ts";
import type { About } from "../../topology/lab.ts";
import { lives, longLives } from "../labs/lives.ts";
import { textsOf } from "../svg.ts";
import { declare, valueOf } from "./mocked.ts";
import { variablesIn } from "./ran.ts";

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
  "nat-egress": [
    ...["byHand", "none"].flatMap((masquerade) =>
      ["docker", "ACCEPT", "DROP"].map((forward) => ({ masquerade, forward })),
    ),
    { outside: "198.51.100.7" },
    { outside: "example.com" },
    { outside: "example.com", masquerade: "none" },
  ],
  "netns-veth": [{ loopback: "false" }, { link: "false" }, { loopback: "false", link: "false" }],
  "port-publish": [{ byHand: "true" }],
  "swarm-dnsrr": [{ replicas: "2" }, { engine: "26.1" }],
  "swarm-overlay": [{ drain: "none" }, { drain: "host2" }, { hosts: "6", replicas: "60", drain: "host6" }],
  "swarm-encrypted": [{ encrypted: "false" }, { host: "vm" }],
  "swarm-vip": [{ port: "8080", replicas: "5" }, { host: "vm" }],
  "user-bridge": [{ connectBox3: "true" }, { host: "local" }, { outside: "example.com" }],
};

const labs = readdirSync(new URL("../../stacks/", import.meta.url))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length));
const cases = labs.flatMap((lab) => [{}, ...(variants[lab] ?? [])].map((config) => ({ lab, config })));

async function topologyOf(
  lab: string,
  config: Record<string, string>,
  machine: object = {},
): Promise<Topology> {
  const { about, build } = (await import(`../../stacks/${lab}.ts`)) as Lab;
  let built: ReturnType<Lab["build"]> | undefined;
  const found = await declare(() => {
    built = build(resolveConfig(about.config, config), {
      networksInUse: [],
      nameServers: ["192.0.2.53"],
      ...machine,
    });
  });
  for (const [name, { inputs }] of found) {
    const [text = "", file = ""] = (inputs["interpreter"] as string[] | undefined)?.slice(-2) ?? [];
    if (!file.endsWith(".sh")) continue;
    // The user's own may have the same names.
    expect({ [name]: Object.keys(inputs["environment"] as object).toSorted() }).toEqual({
      [name]: variablesIn(text),
    });
  }
  return Topology.parse(await valueOf((built as ReturnType<Lab["build"]>).topology));
}

const viz = await instance();

test.each(cases)(
  "$lab $config: its claims, and those of its drills, can be tested, and it can be drawn",
  async ({ lab, config }) => {
    const { about } = (await import(`../../stacks/${lab}.ts`)) as Lab;
    expect(about.name).toBe(lab);
    const topology = await topologyOf(lab, config);
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
    const { output = "", errors } = viz.render(drawingOf(topology), { format: "svg" });
    expect(errors).toEqual([]);
    const drawn = [...topology.nodes, ...topology.networks].map(({ name }) => name);
    expect(textsOf(output)).toEqual(expect.arrayContaining(drawn));
  },
);

test.each(labs)("%s has a life among the live tests, and its drills are made there", async (lab) => {
  const its = Object.values({ ...lives, ...longLives }).filter((life) => life.lab === lab);
  expect(its).not.toEqual([]);
  const { drills } = await topologyOf(lab, {});
  expect(its.some((life) => life.drills === true)).toBe(drills.length > 0);
});

/** Those that may stand on such hosts, by what their settings allow. */
async function onHosts(host: "local" | "ssh"): Promise<string[]> {
  const allowed = await Promise.all(
    labs.map(async (lab) => {
      const { about } = (await import(`../../stacks/${lab}.ts`)) as Lab;
      return about.config.safeParse({ host }).success;
    }),
  );
  return labs.filter((_, index) => allowed[index]);
}

// A drill enters its host, and the user's own machine is not entered.
test.each(await onHosts("local"))("%s on the user's own engine has no drills", async (lab) => {
  const topology = await topologyOf(lab, { host: "local" });
  expect(topology.hosts).toEqual([{ name: "local", kind: "local" }]);
  expect(topology.drills).toEqual([]);
  expect(topology.claims.length).toBeGreaterThan(2);
  // Nothing else would show that a drill was left out.
  if (lab !== "joined-web") expect((await topologyOf(lab, {})).drills).not.toEqual([]);
});

test.each(await onHosts("ssh"))("%s on machines over ssh has the same claims, and no drills", async (lab) => {
  const onLabHosts = await topologyOf(lab, {});
  const sshMachines = onLabHosts.hosts
    .filter(({ kind }) => kind === "container")
    .map((_, index) => {
      const address = `10.0.0.${index + 1}`;
      return {
        target: { url: `ssh://root@${address}`, destination: `root@${address}` },
        address,
        networksInUse: [],
      };
    });
  const topology = await topologyOf(lab, { host: "ssh" }, { sshMachines });
  expect(topology.hosts.filter(({ kind }) => kind === "ssh")).toHaveLength(sshMachines.length);
  expect(topology.drills).toEqual([]);
  expect(() => {
    validateClaims(topology);
  }).not.toThrow();
  // The way out is claimed only where there is a stand-in for the internet.
  const own = ({ claims }: Topology) =>
    claims.map(({ summary }) => summary).filter((one) => !/outside|box\d pings \S*host/.test(one));
  if (lab.startsWith("swarm-")) expect(own(topology)).toEqual(own(onLabHosts));
});

describe("the setting outside", () => {
  const summaries = async (config: Record<string, string>): Promise<string[]> =>
    (await topologyOf("nat-egress", config)).claims.map(({ summary }) => summary);
  const dnsOf = async (config: Record<string, string>, machine: object): Promise<unknown> => {
    const { about, build } = (await import("../../stacks/nat-egress.ts")) as unknown as Lab;
    const found = await declare(() => {
      build(resolveConfig(about.config, config), { networksInUse: [], ...machine });
    });
    const envs = found.get("host1-container")?.inputs["envs"] as string[];
    return envs.find((one) => one.startsWith("VETHLAB_DNS="));
  };
  const machine = { nameServers: ["192.0.2.53"] };

  test("sends the claims of egress to a real host, which does not tell whom it sees", async () => {
    const claims = await summaries({ outside: "example.com" });
    expect(claims).toEqual(expect.arrayContaining(["host1 pings example.com", "box1 pings example.com"]));
    expect(claims.filter((one) => /203\.0\.113|sees/.test(one))).toEqual([]);
    expect(await summaries({ outside: "example.com", masquerade: "none" })).toContain(
      "box1 finds no address for example.com",
    );
    expect(await summaries({ outside: "198.51.100.7", masquerade: "none" })).toContain(
      "box1 gets no reply from 198.51.100.7",
    );
  });

  test("has boxes ask the machine's name server where it is a name, and else the stand-in", async () => {
    expect(await dnsOf({ outside: "example.com" }, machine)).toBe("VETHLAB_DNS=192.0.2.53");
    expect(await dnsOf({ outside: "198.51.100.7" }, machine)).toBe("VETHLAB_DNS=203.0.113.10");
    expect(await dnsOf({}, machine)).toBe("VETHLAB_DNS=203.0.113.10");
  });

  test.each(["exa mple", "http://example.com", "-x", ""])("refuses %j", async (outside) => {
    const { about } = (await import("../../stacks/nat-egress.ts")) as unknown as Lab;
    expect(() => resolveConfig(about.config, { outside })).toThrow("must be an IPv4 address or a host name");
  });
});
