import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { testClaims } from "../../checks/run.ts";
import { aboutLab } from "../../cli/labs.ts";
import { reachableEngine } from "../../toolchain/engine.ts";
import { ensureImages } from "../../toolchain/ensure-images.ts";
import { labEnvironment } from "../../toolchain/environment.ts";
import { resolveConfig } from "../../topology/config.ts";
import { machineState } from "../machine-state.ts";
import { Stack } from "./stack.ts";

/** A setting that is changed on the standing lab: what a preview must announce, and nothing else. */
interface Variant {
  config: Record<string, string>;
  steps: string[];
}

interface LabCase {
  lab: string;
  config: Record<string, string>;
  addresses: Record<string, Record<string, string>>;
  variants: Variant[];
}

/** All boxes of custom-network that are plugged into custom_network, or unplugged. */
const attachments = ["bbox08", "custom_bbox02", "custom_bbox03", "default_bbox01"].map(
  (box) => `update ${box}-on-custom_network-connection`,
);

const cases: LabCase[] = [
  {
    lab: "netns-veth",
    config: {},
    addresses: { ns1: { veth: "192.168.1.1/24" }, ns2: { veth: "192.168.1.2/24" } },
    variants: [
      {
        config: { loopback: "false" },
        steps: ["update ns1-namespace", "update ns2-namespace", "update verification-test"],
      },
      {
        config: { loopback: "true", link: "false" },
        steps: [
          "update ns1-namespace",
          "update ns2-namespace",
          "update verification-test",
          "update veth-pair",
        ],
      },
      { config: { link: "true" }, steps: ["update verification-test", "update veth-pair"] },
    ],
  },
  {
    lab: "default-bridge",
    config: {},
    addresses: { box1: { bridge: "172.17.0.2/16" }, box2: { bridge: "172.17.0.3/16" } },
    variants: [],
  },
  {
    lab: "user-bridge",
    config: {},
    addresses: {
      box1: { "my-bridge": "172.18.0.2/16" },
      box2: { "my-bridge": "172.18.0.3/16" },
      box3: { bridge: "172.17.0.2/16" },
    },
    variants: ["true", "false", "true"].map((connectBox3) => ({
      config: { connectBox3 },
      steps: ["update box3-on-my-bridge-connection", "update verification-test"],
    })),
  },
  {
    lab: "user-bridge",
    config: { host: "local", subnet: "172.28.0.0/16" },
    addresses: { box1: { "my-bridge": "172.28.0.2/16" }, box2: { "my-bridge": "172.28.0.3/16" } },
    variants: [
      {
        config: { connectBox3: "true" },
        steps: ["update box3-on-my-bridge-connection", "update verification-test"],
      },
    ],
  },
  { lab: "joined-web", config: {}, addresses: { web1: { bridge: "172.17.0.2/16" } }, variants: [] },
  { lab: "joined-web", config: { host: "local" }, addresses: {}, variants: [] },
  {
    lab: "legacy-link",
    config: {},
    addresses: { box1: { bridge: "172.17.0.2/16" }, box2: { bridge: "172.17.0.3/16" } },
    variants: [],
  },
  {
    lab: "custom-network",
    config: {},
    addresses: { default_bbox01: { bridge: "172.17.0.2/16" }, default_bbox02: { bridge: "172.17.0.3/16" } },
    variants: [
      {
        config: { bbox08: "both" },
        steps: ["update bbox08-on-bridge-connection", "update verification-test"],
      },
      {
        config: { bbox08: "bridge" },
        steps: ["update bbox08-on-custom_network-connection", "update verification-test"],
      },
      {
        config: { bbox08: "custom", connectDefault: "true" },
        steps: [
          "update bbox08-on-bridge-connection",
          "update bbox08-on-custom_network-connection",
          "update default_bbox01-on-custom_network-connection",
          "update verification-test",
        ],
      },
      { config: { network: "empty" }, steps: [...attachments, "update verification-test"] },
      {
        config: { network: "removed" },
        steps: ["update custom_network-removal", "update verification-test"],
      },
      {
        config: { network: "present" },
        steps: [...attachments, "update custom_network-removal", "update verification-test"].sort(),
      },
    ],
  },
  {
    lab: "custom-network",
    config: { host: "local", subnet: "172.29.0.0/16" },
    addresses: {},
    variants: [
      {
        config: { bbox08: "both", connectDefault: "true" },
        steps: [
          "update bbox08-on-bridge-connection",
          "update default_bbox01-on-custom_network-connection",
          "update verification-test",
        ],
      },
      {
        config: { network: "removed" },
        steps: [...attachments, "update custom_network-removal", "update verification-test"].sort(),
      },
    ],
  },
  {
    lab: "network-modes",
    config: {},
    addresses: { bbox01: { bridge: "172.17.0.2/16" }, bbox04: { bridge: "172.17.0.2/16" } },
    variants: [],
  },
  {
    lab: "nat-egress",
    config: {},
    addresses: { box1: { bridge: "172.17.0.2/16" }, outside: { outside: "203.0.113.10/32" } },
    variants: [
      {
        config: { masquerade: "none" },
        steps: ["update masquerade-by-docker-rule", "update verification-test"],
      },
      {
        config: { masquerade: "byHand" },
        steps: ["update masquerade-by-hand-rule", "update verification-test"],
      },
      { config: { forward: "DROP" }, steps: ["update let-out-by-docker-rule", "update verification-test"] },
      { config: { forward: "ACCEPT" }, steps: ["update forward-policy", "update verification-test"] },
      {
        config: { masquerade: "docker", forward: "docker" },
        steps: [
          "update forward-policy",
          "update let-out-by-docker-rule",
          "update masquerade-by-docker-rule",
          "update masquerade-by-hand-rule",
          "update verification-test",
        ],
      },
    ],
  },
  {
    lab: "port-publish",
    config: {},
    addresses: { web: { bridge: "172.17.0.2/16" }, web2: { bridge: "172.17.0.3/16" } },
    variants: ["true", "false"].map((byHand) => ({
      config: { byHand },
      steps: ["update dnat-to-web2-rule", "update verification-test"],
    })),
  },
  {
    lab: "overlay-etcd",
    config: { underlay: "192.168.33.0/24" },
    addresses: {
      host1: { underlay: "192.168.33.10/24" },
      host2: { underlay: "192.168.33.11/24" },
      box1: { "my-overlay": "10.0.0.2/24" },
      box2: { "my-overlay": "10.0.0.3/24" },
    },
    variants: [],
  },
  {
    lab: "overlay-consul",
    config: { underlay: "192.168.33.0/24" },
    addresses: {
      box1: { ov_net2: "10.0.0.2/24" },
      box2: { ov_net2: "10.0.0.3/24" },
      box3: { ov_net3: "172.19.0.2/24" },
      box4: { ov_net3: "172.19.0.3/24" },
    },
    variants: [],
  },
  {
    lab: "swarm-dnsrr",
    config: {},
    addresses: {},
    variants: ["2", "4"].map((replicas) => ({
      config: { replicas },
      steps: ["update my-dnsrr-nginx-service", "update verification-test"],
    })),
  },
  {
    lab: "swarm-overlay",
    config: {},
    addresses: {},
    variants: [
      { config: { replicas: "4" }, steps: ["update my-test-service", "update verification-test"] },
      { config: { drain: "host2" }, steps: ["update swarm-nodes", "update verification-test"] },
    ],
  },
];

jest.setTimeout(60_000);

describe.each(cases)("$lab $config", ({ lab, config, addresses, variants }) => {
  const stack = new Stack(`test-${lab}`, lab);
  let before: string;

  // Images that only some labs take are built when they are first asked for.
  beforeAll(async () => {
    const { config: schema, images } = await aboutLab(lab);
    const further = images?.(resolveConfig(schema, config)) ?? [];
    await ensureImages(await reachableEngine(), () => undefined, further);
    before = await machineState();
    await stack.init(config);
  }, 10 * 60_000);

  // Also when a test has failed: nothing of a test stays.
  afterAll(() => stack.pulumi("destroy", "--yes", "--skip-preview", "--remove"));

  test("comes up, with its addresses as outputs", async () => {
    await stack.up();
    expect(await flatAddresses(stack)).toMatchObject(addresses);
  });

  test("all its claims hold", async () => {
    expect((await stack.topology()).claims.length).toBeGreaterThan(2);
    expect(await brokenClaims(stack)).toEqual([]);
  });

  test("a second up has nothing to do, nor has one after a refresh", async () => {
    expect(await stack.preview()).toEqual([]);
    await stack.refresh();
    expect(await stack.preview()).toEqual([]);
  });

  for (const { config: change, steps } of variants) {
    test(`${JSON.stringify(change)} is previewed as it is, and its claims hold`, async () => {
      await stack.configure(change);
      expect(await stack.preview()).toEqual(steps);
      await stack.up();
      // Whatever is plugged or unplugged: the first addresses stay.
      expect(await flatAddresses(stack)).toMatchObject(addresses);
      expect(await brokenClaims(stack)).toEqual([]);
    });
  }

  test("is destroyed, and the machine is as before", async () => {
    await stack.remove();
    expect(await machineState()).toBe(before);
  });
});

async function brokenClaims(stack: Stack): Promise<unknown[]> {
  const env = { ...process.env, ...(await labEnvironment()) };
  const { results } = await testClaims(await stack.topology(), { env });
  return results.filter(({ holds }) => !holds);
}

/** node -> network -> address with prefix length. */
async function flatAddresses(stack: Stack): Promise<Record<string, Record<string, string>>> {
  return Object.fromEntries(
    Object.entries(await stack.addresses()).map(([node, networks]) => [
      node,
      Object.fromEntries(
        Object.entries(networks).map(([network, { address, prefixLength }]) => [
          network,
          `${address}/${prefixLength}`,
        ]),
      ),
    ]),
  );
}
