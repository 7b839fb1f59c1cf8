import { type LabCase, livesAsItShould } from "../lab-life.ts";

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
];

livesAsItShould(cases, { limitMs: 60_000 });
