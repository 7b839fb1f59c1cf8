import { type LabCase, livesAsItShould } from "../lab-life.ts";

const cases: LabCase[] = [
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
    // Stands beside overlay-etcd, on an underlay of its own.
    lab: "overlay-consul",
    config: { underlay: "192.168.34.0/24" },
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

livesAsItShould(cases, { limitMs: 120_000 });
