/** Claims about packets on an interface, while others are sent. */
import { hostProblems, probeProblems } from "../references.ts";
import { destinationOf } from "../targets.ts";
import { wireCheck } from "../wire.ts";
import type { Kinds } from "./kind.ts";
import { serviceKinds } from "./services.ts";

const { "tasks reach": tasksReach } = serviceKinds;

export const wireKinds: Kinds<"wire"> = {
  wire: {
    problems: (topology, { host, during }, place) => [
      ...hostProblems(topology, host, `${place}.host`),
      ...(during.kind === "ping"
        ? probeProblems(topology, during, `${place}.during`)
        : tasksReach.problems(topology, during, `${place}.during`)),
    ],
    check: wireCheck,
    expected: (_, { seen, notSeen }) => [seen.what, ...(notSeen ? [`no ${notSeen.what}`] : [])].join(", "),
    byHand: (topology, { host, interface: name, during, seen, notSeen }) => {
      const filters = [seen, ...(notSeen ? [notSeen] : [])].map(({ filter }) => filter);
      return [
        ...(during.kind === "ping"
          ? [[during.from, "ping", "-c", "20", destinationOf(topology, during.from, during.to)] as const]
          : tasksReach.byHand(topology, during)),
        [host, "tcpdump", "-n", "-c", "20", "-i", name, [...new Set(filters)].join(" or ")],
      ].map(([at = "", ...words]) => [at, ...words]);
    },
  },
};
