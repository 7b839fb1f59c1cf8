import { type LabCase, livesAsItShould } from "../lab-life.ts";

const cases: LabCase[] = [
  // On virtual machines where the kernel lacks ip_vs, or esp.
  {
    lab: "swarm-vip",
    config: {},
    addresses: {},
    variants: [{ config: { replicas: "3" }, steps: ["update my-test-service", "update verification-test"] }],
  },
  {
    lab: "swarm-encrypted",
    config: {},
    addresses: {},
    variants: [
      {
        config: { encrypted: "false" },
        steps: ["replace my-test-service", "replace ngx_net-network", "update verification-test"],
      },
    ],
  },
];

// Three virtual machines and two would only wait for one another.
livesAsItShould(cases, { limitMs: 400_000, lanes: 1 });
