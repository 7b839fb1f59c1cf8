import { describe, expect, test } from "@jest/globals";
import {
  address,
  addressOf,
  mesh,
  nameOf,
  noPing,
  noPingAddress,
  noPingByName,
  noTcp,
  noWay,
  ping,
  pingAddress,
  pingByName,
  pingProbe,
  resolves,
  tcp,
  tcpProbe,
  tcpRefused,
  unknownName,
} from "../../../../topology/claims/index.ts";
import type { LabData } from "../../../../topology/lab-data/lab-data.ts";
import { namedIn } from "../../../../topology/lab-data/named.ts";
import { claimsOf } from "../../../../topology/lab-data/sentences.ts";
import { LabError, type Problem } from "../../../../topology/problems.ts";

const lab: LabData = {
  outside: {},
  networks: {
    front: { subnet: "10.1.0.0/24" },
    back: { subnet: "10.2.0.0/24", gateway: "10.2.0.254" },
    alone: { subnet: "10.3.0.0/24", internal: true, gatewayMode: "isolated" },
  },
  defaultBridges: { bridge: {} },
  boxes: {
    web: { networks: ["front"], ports: [{ external: "8080-8081", internal: "80-81" }] },
    db: { networks: [{ network: "back" }] },
    old: { networks: ["bridge"] },
    hermit: { networks: ["alone"] },
  },
  joinedBoxes: { side: { joins: "db" } },
  linkedBoxes: { linked: { links: [{ box: "old" }] } },
  namespaces: { ns: {} },
  claims: [],
};
const named = namedIn(lab);

const web = pingProbe("web", address("10.1.0.1"));
const db = pingProbe("db", address("10.2.0.254"));
const outside = pingProbe("outside", address("127.0.0.1"));
const host1 = pingProbe("host1", address("127.0.0.1"));

test.each([
  ["web reaches db", [ping("web", "db")]],
  ["web reaches db by name", [pingByName("web", "db")]],
  ["web reaches db on back", [ping("web", "db", { network: "back" })]],
  ["web reaches 192.0.2.7", [pingAddress("web", "192.0.2.7")]],
  ["web reaches db:5432", [tcp("web", "db", 5432)]],
  ["web reaches db:5432 by name", [tcp("web", nameOf("db"), 5432)]],
  ["web reaches db:5432 on back", [tcp("web", addressOf("db", "back"), 5432)]],
  ["web reaches 192.0.2.7:53", [tcp("web", "192.0.2.7", 53)]],
  ["outside reaches web:8080", [tcp("outside", "host1", 8080)]],
  ["outside reaches host1:22", [tcp("outside", "host1", 22)]],
  ["web does not reach db", [noPing("web", "db", { controls: [web, db] })]],
  ["web does not reach db by name", [noPingByName("web", "db", { controls: [web, db] })]],
  ["web does not reach 192.0.2.7", [noPingAddress("web", "192.0.2.7", { controls: [web] })]],
  [
    "web does not reach db:5432",
    [noTcp("web", "db", 5432, { controls: [web, tcpProbe("db", address("127.0.0.1"), 5432)] })],
  ],
  ["outside does not reach web:8080", [noTcp("outside", "host1", 8080, { controls: [outside, host1, web] })]],
  [
    "outside does not reach db:5432",
    [tcpRefused("outside", "host1", 5432, { controls: [outside, host1, db] })],
  ],
  ["web is refused by db:99", [tcpRefused("web", "db", 99, { controls: [web, db] })]],
  ["outside is refused by db:99", [tcpRefused("outside", "host1", 99, { controls: [outside, host1, db] })]],
  ["web, db and ns reach one another", mesh(["web", "db", "ns"])],
  ["web and db reach one another by name", mesh(["web", "db"], { by: "name" })],
  ["web and db reach one another on back", mesh(["web", "db"], { network: "back" })],
  ["web resolves db", [resolves("web", "db", ["db"])]],
  ["web does not resolve db", [unknownName("web", "db", { controls: [web] })]],
  ["web has a way out", [ping("web", "outside")]],
  ["db has no way out", [noWay("db", "outside", { controls: [db, outside] })]],
])("%s", (sentence, claims) => {
  expect(claimsOf(sentence, named, "claims[0]")).toEqual(claims);
});

test.each([
  ["side", "10.2.0.254"],
  ["old", "172.17.0.1"],
  ["linked", "172.17.0.1"],
  ["ns", "127.0.0.1"],
  ["hermit", "127.0.0.1"],
])("%s is alive when it reaches %s", (node, gateway) => {
  const control = pingProbe(node, address(gateway));
  expect(claimsOf(`${node} does not reach 192.0.2.7`, named, "")).toMatchObject([{ controls: [control] }]);
});

describe("what is no sentence is refused at its word", () => {
  const problemOf = (sentence: string): Problem | undefined => {
    try {
      claimsOf(sentence, named, "claims[0]");
    } catch (error) {
      if (error instanceof LabError) return error.problems[0];
    }
    return undefined;
  };
  const verbs =
    "reaches, does not reach, is refused by, reach one another, resolves, does not resolve, has a way out, has no way out";
  test.each([
    ["", 0, "says nothing of a node", `use one of: ${verbs}`],
    ["web", 3, "says nothing of a node", `use one of: ${verbs}`],
    ["web sees db", 4, "is no verb of a claim", `use one of: ${verbs}`],
    ["web doesnt reach db", 4, "is no verb of a claim", 'did you mean "does not reach"?'],
    [
      "reaches db",
      0,
      "a sentence begins with a node",
      "use one of: host1, outside, web, db, old, hermit, side, linked, ns",
    ],
    ["wbe reaches db", 0, "the lab has no such node", 'did you mean "web"?'],
    ["web reaches", 11, "whom?", "add a node, a node with a port, or an address: ns"],
    ["web reaches dbb:80", 12, "the lab has no such node", 'did you mean "db"?'],
    ["web reaches db:http", 15, "a port is 1 to 65535", "for example db:80"],
    ["web reaches db:99999", 15, "a port is 1 to 65535", "for example db:80"],
    ["web reaches db:", 15, "a port is 1 to 65535", "for example db:80"],
    ["web reaches db on bakc", 18, "the lab has no such network", 'did you mean "back"?'],
    ["web reaches db today", 15, "only `by name` or `on NETWORK` can follow", "leave it out"],
    [
      "web, db reaches ns",
      5,
      "one node reaches another",
      "write a sentence for each, or: NODE and NODE reach one another",
    ],
    ["web reach one another", 0, "is one node alone", "name two nodes, or more"],
    ["web is refused by db", 18, "a port refuses, a node does not", "write its port: db:80"],
    [
      "web does not reach db:80 by name",
      19,
      "silence of a port is tested by address",
      "leave out `by name`, or the port",
    ],
    [
      "outside reaches web:8080 by name",
      16,
      "from outside a node is reached by the address of its host",
      "leave out what follows the port",
    ],
    ["outside reaches db:8080", 16, "the port 8080 of host1 leads to web", "write web:8080"],
    ["outside does not reach db:8081", 23, "the port 8081 of host1 leads to web", "write web:8081"],
    ["web has a way out now", 18, "the sentence ends before this word", "leave it out"],
    ["web resolves", 12, "whom?", "add the name of a node"],
  ])("%j", (sentence, at, allowed, fix) => {
    expect(problemOf(sentence)).toMatchObject({ place: "claims[0]", at, allowed, fix });
  });

  test("a way out needs the node outside", () => {
    const alone = { ...lab };
    delete alone.outside;
    expect(() => claimsOf("db has no way out", namedIn(alone), "claims[0]")).toThrow("outside: {}");
  });
});
