/** Claims about the networks of one engine. */
import { compareMembers, compareNetwork, membersCommand, networksCommand } from "../networks.ts";
import { nodeProblems, nodesProblems } from "../references.ts";
import { type Kinds, reading } from "./kind.ts";

export const networkKinds: Kinds<"network members" | "network"> = {
  "network members": {
    problems: (topology, { host, exactly }, place) => nodesProblems(topology, [host, ...exactly], place),
    check: (topology, inspect) =>
      reading([inspect.host], membersCommand(inspect.engineName), ([members = ""]) =>
        compareMembers(topology, inspect, members),
      ),
    expected: (_, { exactly }) => exactly.join(", ") || "nobody",
    byHand: (_, { host, engineName }) => [[host, "docker", "network", "inspect", engineName]],
  },
  network: {
    problems: (topology, { host }, place) => nodeProblems(topology, host, place),
    check: (_, inspect) =>
      reading([inspect.host], networksCommand(), ([names = ""]) => compareNetwork(names, inspect)),
    expected: (_, { present }) => (present ? "there" : "absent"),
    byHand: (_, { host }) => [[host, "docker", "network", "ls"]],
  },
};
