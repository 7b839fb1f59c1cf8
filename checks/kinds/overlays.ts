/** Claims about networks that several engines share. */
import { asking } from "../check.ts";
import { LINKS, readLinks } from "../links.ts";
import {
  compareCreation,
  compareDistinct,
  compareIdentities,
  compareKeys,
  identityCommand,
  keyPrefix,
  keysCommand,
  tryOverlayCommand,
} from "../overlays.ts";
import { nodeProblems, nodesProblems } from "../references.ts";
import { type Kinds, reading } from "./kind.ts";

export const overlayKinds: Kinds<
  "shared network" | "overlay creation" | "key in store" | "distinct addresses"
> = {
  "shared network": {
    problems: (topology, { hosts }, place) => nodesProblems(topology, hosts, place),
    check: (_, inspect) =>
      reading(inspect.hosts, identityCommand(inspect.network), (identities) =>
        compareIdentities(inspect, identities),
      ),
    expected: (_, { scope }) => `one ${scope} overlay`,
    byHand: (_, { hosts, network }) =>
      hosts.map((host) => [host, "docker", "network", "ls", "--filter", `name=${network}`]),
  },
  "overlay creation": {
    problems: (topology, { host }, place) => nodeProblems(topology, host, place),
    check: (_, inspect) =>
      reading([inspect.host], tryOverlayCommand(), ([said = ""]) => compareCreation(inspect, said)),
    expected: (_, { accepted }) => (accepted ? "made" : "refused"),
    byHand: (_, { host }) => [[host, "docker", "network", "create", "--driver", "overlay", "try"]],
  },
  "key in store": {
    problems: (topology, { host }, place) => nodeProblems(topology, host, place),
    check: (_, inspect) =>
      asking(
        [identityCommand(inspect.network), keysCommand(inspect)].map((command) => ({
          at: inspect.host,
          command,
        })),
        ([identity = "", keys = ""]) => compareKeys(inspect, identity, keys),
      ),
    expected: (_, { store }) => `${keyPrefix(store)}ID`,
    byHand: (_, inspect) => [[inspect.host, ...keysCommand(inspect)]],
  },
  "distinct addresses": {
    problems: (topology, { nodes }, place) => nodesProblems(topology, nodes, place),
    check: (_, inspect) =>
      reading(inspect.nodes, LINKS, (outputs) => compareDistinct(inspect, outputs.map(readLinks))),
    expected: (_, { nodes, subnet }) => `${nodes.length} addresses of ${subnet}`,
    byHand: (_, { nodes }) => nodes.map((node) => [node, "ip", "address"]),
  },
};
