/** What happens to a lab in its test, and what must come of it. */
export interface Life {
  lab: string;
  config?: Record<string, string>;
  /** node -> network -> address with prefix length: those that it has, whatever else there is. */
  addresses?: Record<string, Record<string, string>>;
  /** Settings that are changed one after another while it stands. */
  changes?: Change[];
  /** Whether its drills are made, those of the lab's file. Default: false. */
  drills?: boolean;
  /** Longest time of a step but its drills, in ms. Default: 60 s, those of one host. */
  stepLimitMs?: number;
}

/** What a preview must announce when settings are changed, and nothing else. */
interface Change {
  config: Record<string, string>;
  steps: string[];
}

/** Of labs of several hosts, and of those in virtual machines. */
const WIDE_LIMIT_MS = 120_000;
const LONG_LIMIT_MS = 400_000;

const tested = "update verification-test";

/** All boxes of custom-network that are plugged into custom_network, or unplugged. */
const attachments = ["bbox08", "custom_bbox02", "custom_bbox03", "default_bbox01"].map(
  (box) => `update ${box}-on-custom_network-connection`,
);

const connectBox3 = (...values: string[]): Change[] =>
  values.map((value) => ({
    config: { connectBox3: value },
    steps: ["update box3-on-my-bridge-connection", tested],
  }));

const shortLives = {
  "netns-veth": {
    lab: "netns-veth",
    addresses: { ns1: { veth: "192.168.1.1/24" }, ns2: { veth: "192.168.1.2/24" } },
    changes: [
      { config: { loopback: "false" }, steps: ["update ns1-namespace", "update ns2-namespace", tested] },
      {
        config: { loopback: "true", link: "false" },
        steps: ["update ns1-namespace", "update ns2-namespace", tested, "update veth-pair"],
      },
      { config: { link: "true" }, steps: [tested, "update veth-pair"] },
    ],
    drills: true,
  },
  "default-bridge": {
    lab: "default-bridge",
    addresses: { box1: { bridge: "172.17.0.2/16" }, box2: { bridge: "172.17.0.3/16" } },
  },
  "user-bridge": {
    lab: "user-bridge",
    addresses: {
      box1: { "my-bridge": "172.18.0.2/16" },
      box2: { "my-bridge": "172.18.0.3/16" },
      box3: { bridge: "172.17.0.2/16" },
    },
    // As at first in the end, since its drills begin there.
    changes: connectBox3("true", "false", "true", "false"),
    drills: true,
  },
  "user-bridge, local": {
    lab: "user-bridge",
    config: { host: "local", subnet: "172.28.0.0/16" },
    addresses: { box1: { "my-bridge": "172.28.0.2/16" }, box2: { "my-bridge": "172.28.0.3/16" } },
    changes: connectBox3("true"),
  },
  "joined-web": {
    lab: "joined-web",
    addresses: { web1: { bridge: "172.17.0.2/16" } },
  },
  "joined-web, local": { lab: "joined-web", config: { host: "local" } },
  "legacy-link": {
    lab: "legacy-link",
    addresses: { box1: { bridge: "172.17.0.2/16" }, box2: { bridge: "172.17.0.3/16" } },
  },
  "custom-network": {
    lab: "custom-network",
    addresses: { default_bbox01: { bridge: "172.17.0.2/16" }, default_bbox02: { bridge: "172.17.0.3/16" } },
    changes: [
      { config: { bbox08: "both" }, steps: ["update bbox08-on-bridge-connection", tested] },
      { config: { bbox08: "bridge" }, steps: ["update bbox08-on-custom_network-connection", tested] },
      {
        config: { bbox08: "custom", connectDefault: "true" },
        steps: [
          "update bbox08-on-bridge-connection",
          "update bbox08-on-custom_network-connection",
          "update default_bbox01-on-custom_network-connection",
          tested,
        ],
      },
      { config: { network: "empty" }, steps: [...attachments, tested] },
      { config: { network: "removed" }, steps: ["update custom_network-removal", tested] },
      // As at first, since its drills begin there.
      {
        config: { network: "present", connectDefault: "false" },
        steps: [...attachments.slice(0, -1), "update custom_network-removal", tested].sort(),
      },
    ],
    drills: true,
  },
  "custom-network, local": {
    lab: "custom-network",
    config: { host: "local", subnet: "172.29.0.0/16" },
    changes: [
      {
        config: { bbox08: "both", connectDefault: "true" },
        steps: [
          "update bbox08-on-bridge-connection",
          "update default_bbox01-on-custom_network-connection",
          tested,
        ],
      },
      {
        config: { network: "removed" },
        steps: [...attachments, "update custom_network-removal", tested].sort(),
      },
    ],
  },
  "network-modes": {
    lab: "network-modes",
    addresses: { bbox01: { bridge: "172.17.0.2/16" }, bbox04: { bridge: "172.17.0.2/16" } },
    drills: true,
  },
  "nat-egress": {
    lab: "nat-egress",
    addresses: { box1: { bridge: "172.17.0.2/16" }, outside: { outside: "203.0.113.10/32" } },
    changes: [
      { config: { masquerade: "none" }, steps: ["update masquerade-by-docker-rule", tested] },
      { config: { masquerade: "byHand" }, steps: ["update masquerade-by-hand-rule", tested] },
      { config: { forward: "DROP" }, steps: ["update let-out-by-docker-rule", tested] },
      { config: { forward: "ACCEPT" }, steps: ["update forward-policy", tested] },
      {
        config: { masquerade: "docker", forward: "docker" },
        steps: [
          "update forward-policy",
          "update let-out-by-docker-rule",
          "update masquerade-by-docker-rule",
          "update masquerade-by-hand-rule",
          tested,
        ],
      },
    ],
    drills: true,
  },
  "port-publish": {
    lab: "port-publish",
    addresses: { web: { bridge: "172.17.0.2/16" }, web2: { bridge: "172.17.0.3/16" } },
    changes: ["true", "false"].map((byHand) => ({
      config: { byHand },
      steps: ["update dnat-to-web2-rule", tested],
    })),
    drills: true,
  },
  "overlay-etcd": {
    lab: "overlay-etcd",
    stepLimitMs: WIDE_LIMIT_MS,
    config: { underlay: "192.168.33.0/24" },
    addresses: {
      host1: { underlay: "192.168.33.10/24" },
      host2: { underlay: "192.168.33.11/24" },
      box1: { "my-overlay": "10.0.0.2/24" },
      box2: { "my-overlay": "10.0.0.3/24" },
    },
    drills: true,
  },
  "overlay-consul": {
    lab: "overlay-consul",
    stepLimitMs: WIDE_LIMIT_MS,
    // Not the article's: overlay-etcd may stand there at the same time. Nor one that labs take by themselves.
    config: { underlay: "192.168.32.0/24" },
    addresses: {
      box1: { ov_net2: "10.0.0.2/24" },
      box2: { ov_net2: "10.0.0.3/24" },
      box3: { ov_net3: "172.19.0.2/24" },
      box4: { ov_net3: "172.19.0.3/24" },
    },
    drills: true,
  },
  "swarm-dnsrr": {
    lab: "swarm-dnsrr",
    stepLimitMs: WIDE_LIMIT_MS,
    changes: ["2", "4"].map((replicas) => ({
      config: { replicas },
      steps: ["update my-dnsrr-nginx-service", "update my-dnsrr-nginx-tasks", tested],
    })),
    drills: true,
  },
  "swarm-overlay": {
    lab: "swarm-overlay",
    stepLimitMs: WIDE_LIMIT_MS,
    changes: [
      { config: { replicas: "4" }, steps: ["update my-test-service", "update my-test-tasks", tested] },
      { config: { drain: "host2" }, steps: ["update swarm-members", tested] },
    ],
  },
} satisfies Record<string, Life>;
export type ShortLife = keyof typeof shortLives;

/** The lives that `npm test` goes through, by name; each is a project of jest's (`--selectProjects 'life nat-egress'`). */
export const lives: Readonly<Record<string, Life>> = shortLives;

/** Those that take minutes: `npm run test:hosts`. */
export const longLives: Record<string, Life> = {
  "swarm-overlay, drills": { lab: "swarm-overlay", drills: true, stepLimitMs: LONG_LIMIT_MS },
  // On virtual machines where the kernel lacks ip_vs, or esp.
  "swarm-vip": {
    lab: "swarm-vip",
    stepLimitMs: LONG_LIMIT_MS,
    changes: [
      { config: { replicas: "3" }, steps: ["update my-test-service", "update my-test-tasks", tested] },
    ],
    drills: true,
  },
  "swarm-encrypted": {
    lab: "swarm-encrypted",
    stepLimitMs: LONG_LIMIT_MS,
    changes: ["false", "true"].map((encrypted) => ({
      config: { encrypted },
      steps: ["replace my-test-service", "replace ngx_net-network", tested, "update my-test-tasks"],
    })),
    drills: true,
  },
};
