/** What a lab has, as plain data: edited by the tests of edits, built by tests/edited-lab.ts. */
export interface Model {
  /** How many lab hosts there are. All but the first have only tasks. */
  hosts: number;
  networks: { name: string; subnet: string }[];
  boxes: {
    name: string;
    /** On each network, the number of its fixed address in the subnet; none: the engine chooses. */
    networks: { name: string; host?: number }[];
    /** The host's port that leads to its web server. */
    port?: number;
  }[];
  joined: { name: string; joins: string }[];
  plugs: { name: string; box: string; network: string }[];
  bridges: string[];
  namespaces: string[];
  /** Veth pairs from a namespace to another, or to a bridge; `subnet`: its first three numbers. */
  pairs: { name: string; from: string; to: string; subnet: string }[];
  /** Rules that drop what comes from a source. */
  rules: { name: string; source: string }[];
  /** Services of a Swarm of all lab hosts; a port is that of each host, and leads to its task. */
  services: { name: string; replicas: number | "global"; port?: number }[];
}

/** A lab with some of everything. */
export const first: Model = {
  hosts: 1,
  networks: [
    { name: "lan", subnet: "172.28.0.0/24" },
    { name: "back", subnet: "172.29.0.0/24" },
  ],
  boxes: [
    { name: "front", networks: [{ name: "lan", host: 10 }], port: 8080 },
    { name: "second", networks: [{ name: "lan", host: 11 }] },
    { name: "db", networks: [{ name: "back" }] },
  ],
  joined: [{ name: "side", joins: "db" }],
  plugs: [{ name: "second-on-back", box: "second", network: "back" }],
  bridges: ["br0"],
  namespaces: ["ns1", "ns2"],
  pairs: [
    { name: "cable", from: "ns1", to: "ns2", subnet: "10.1.1" },
    { name: "uplink", from: "ns1", to: "br0", subnet: "10.1.2" },
  ],
  rules: [{ name: "drop-test", source: "198.51.100.1" }],
  services: [],
};
