import { describe, expect, test } from "@jest/globals";
import { readLabFile } from "../../../../topology/lab-data/lab-file.ts";
import { LabError } from "../../../../topology/problems.ts";

const good = `outside: {}
networks:
  front: { subnet: 10.1.0.0/24 }
  back:
    subnet: 10.2.0.0/24
boxes:
  web:
    networks: [front]
    ports: [{ external: 8080, internal: 80 }]
  app: { networks: [front, { network: back, ipv4Address: 10.2.0.9 }] }
  db: { networks: [back], after: [app] }
claims:
  - web reaches app by name
  - summary: app pings db
    probe: { kind: ping, from: app, to: { by: node-address, node: db } }
    expect: { answer: reply }
`;

/** What is said of a text, with the first line left out. */
function saidOf(text: string): string {
  try {
    readLabFile(text, "lab.yaml");
    return "";
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return error.message.replace(/^.*\n/, "");
  }
}

test("a good file is read: its data, and its claims with their numbers", () => {
  const { data, claims } = readLabFile(good, "lab.yaml");
  expect(Object.keys(data.boxes ?? {})).toEqual(["web", "app", "db"]);
  expect(claims.map(({ claim, index }) => [index, claim.summary])).toEqual([
    [0, "web pings app by name"],
    [1, "app pings db"],
  ]);
});

test("anchors and merge keys are YAML's own", () => {
  const text = good.replace(
    "{ networks: [back], after: [app] }",
    "&db { networks: [back] }\n  db2: { <<: *db }",
  );
  expect(readLabFile(text, "lab.yaml").data.boxes?.["db2"]).toEqual({ networks: ["back"] });
});

/** What is written in the place of what, and what is said: place, value, what is allowed, fix. */
const bad: [
  written: string,
  inPlaceOf: string,
  place: string,
  value: string,
  allowed: string,
  fix: string,
][] = [
  // form
  [
    "\tsubnet: 10.2.0.0/24",
    "    subnet: 10.2.0.0/24",
    "5:1:",
    "subnet: 10.2.0.0/24",
    "is no YAML: tabs are not allowed as indentation",
    "indent with spaces",
  ],
  [
    "  front: {}\n  front:",
    "  front:",
    "4:3:",
    "front: { subnet: 10.1.0.0/24 }",
    "is no YAML: map keys must be unique",
    "take one of the two, or give it another name",
  ],
  [
    "[front",
    "[front]",
    "9:5:",
    "ports: [{ external: 8080, internal: 80 }]",
    "is no YAML: ",
    "close the bracket that is open",
  ],
  [
    "*front",
    "[front]",
    "8:15:",
    "networks: *front",
    "is no YAML: there is no anchor &front above",
    "name an anchor that is above, or write the value itself",
  ],
  [
    "!net [front]",
    "[front]",
    "8:15:",
    "networks: !net [front]",
    "is no YAML: unresolved tag: !net",
    "leave the tag out",
  ],
  [
    "---\nclaims:",
    "claims:",
    "12:1:",
    "---",
    "is no YAML: source contains multiple documents",
    "a file has one lab: take the line --- out",
  ],
  // structure
  ["boxs:", "boxes:", "6:1 boxs", "{...}", "there is no such property", 'did you mean "boxes"?'],
  [
    "netwroks: [front]",
    "networks: [front]",
    "8:5 boxes.web.netwroks",
    "[...]",
    "there is no such property",
    'did you mean "networks"?',
  ],
  [
    "externl: 8080",
    "external: 8080",
    "9:15 boxes.web.ports[0].externl",
    "8080",
    "there is no such property",
    'did you mean "external"?',
  ],
  ["front", "[front]", "8:15 boxes.web.networks", "front", "must be a list", "write [front]"],
  [
    "back: {}",
    "back:\n    subnet: 10.2.0.0/24",
    "4:3 networks.back.subnet",
    "nothing",
    "is missing: IPv4 CIDR",
    "write subnet: 10.1.0.0/24",
  ],
  [
    "back:",
    "back:\n    subnet: 10.2.0.0/24",
    "4:3 networks.back",
    "nothing",
    "must be a map of properties",
    "write {} where all is as by default",
  ],
  [
    "external: 80800",
    "external: 8080",
    "9:25 boxes.web.ports[0].external",
    "80800",
    "must be at most 65535: port of the host",
    "for example 8080",
  ],
  [
    "external: eighty",
    "external: 8080",
    "9:25 boxes.web.ports[0].external",
    "eighty",
    "must be a port, or a range",
    "for example 8080",
  ],
  [
    "hosts: { host1: { engineVersion: 20.10 } }",
    "outside: {}",
    "1:34 hosts.host1.engineVersion",
    "20.10",
    "must be 20.10 or 26.1",
    'write it in quotes: "20.10"',
  ],
  [
    "hosts: { host1: { kind: vmm } }",
    "outside: {}",
    "1:25 hosts.host1.kind",
    "vmm",
    "must be container or vm",
    'did you mean "vm"?',
  ],
  [
    "[front]\n    environment: { PORT: 80 }",
    "[front]",
    "9:26 boxes.web.environment.PORT",
    "80",
    "must be a text",
    'write it in quotes: "80"',
  ],
  ["[]", "[front]", "8:15 boxes.web.networks", "[]", "has at least 1", "for example [front]"],
  [
    "[front]\n    mounts: [{ type: bnd, target: /x }]",
    "[front]",
    "9:22 boxes.web.mounts[0].type",
    "bnd",
    "must be one of bind, volume, tmpfs",
    'did you mean "bind"?',
  ],
  [
    "kind: pong",
    "kind: ping",
    "15:20 claims[1].probe.kind",
    "pong",
    "must be one of ping, tcp, http, dns",
    'did you mean "ping"?',
  ],
  [
    "answer: replay",
    "answer: reply",
    "16:23 claims[1].expect.answer",
    "replay",
    "must be one of ",
    'did you mean "reply"?',
  ],
  [
    "- 3",
    "- web reaches app by name",
    "13:5 claims[0]",
    "3",
    "must be a text or a map of properties: a sentence",
    "write one of these",
  ],
  // references
  [
    "[frnt]",
    "[front]",
    "8:16 boxes.web.networks[0]",
    "frnt",
    "there is none of this name in networks",
    'did you mean "front"?',
  ],
  [
    "network: bakc",
    "network: back",
    "10:39 boxes.app.networks[1].network",
    "bakc",
    "there is none of this name in networks",
    'did you mean "back"?',
  ],
  [
    "[apps]",
    "[app]",
    "11:35 boxes.db.after[0]",
    "apps",
    "there is none of this name in boxes",
    'did you mean "app"?',
  ],
  [
    "[db]",
    "[app]",
    "11:34 boxes.db.after",
    "db",
    "waits, in the end, for itself",
    "take one `after` out of the circle",
  ],
  [
    "hosts: { a: {}, b: {} }",
    "outside: {}",
    "3:3 networks.front.host",
    "nothing",
    "the lab has 2 hosts: say which one",
    "write host: a, or host: b",
  ],
  // sentences
  [
    "web reach app",
    "web reaches app",
    "13:9 claims[0]",
    'web reach app by name (at "reach")',
    "is no verb of a claim",
    'did you mean "reaches"?',
  ],
  [
    "web reaches ap",
    "web reaches app",
    "13:17 claims[0]",
    'web reaches ap by name (at "ap")',
    "the lab has no such node",
    'did you mean "app"?',
  ],
  [
    '"webb reaches app by name"',
    "web reaches app by name",
    "13:6 claims[0]",
    'webb reaches app by name (at "webb")',
    "the lab has no such node",
    'did you mean "web"?',
  ],
];

test.each(bad)("%j in the place of %j", (written, inPlaceOf, place, value, allowed, fix) => {
  expect(good).toContain(inPlaceOf);
  const [first = "", second, third] = saidOf(good.replace(inPlaceOf, written)).split("\n");
  expect(first).toBe(`  lab.yaml:${place}${place.endsWith(":") ? "" : ":"} ${value}`.replace("::", ":"));
  expect(second).toMatch(new RegExp(`^ {4}${allowed.replace(/[.*+?()[\]]/g, "\\$&")}`));
  expect(third).toBe(`    fix: ${fix}`);
});

test.each([
  ["", "nothing"],
  ["- web\n", "[...]"],
])("%j is no lab", (text, value) => {
  expect(saidOf(text)).toBe(
    `  lab.yaml the lab: ${value}\n    is a map of its parts\n    fix: write hosts, networks, boxes and claims`,
  );
});

test("all problems of one kind are told at once", () => {
  expect(
    saidOf(good.replace("subnet: 10.1", "subnt: 10.1").replace("internal", "intrnal")).split("\n"),
  ).toHaveLength(6);
});

describe("the place that a component tells", () => {
  const { tell } = readLabFile(`${good}joinedBoxes:\n  side.car: { joins: web }\n`, "lab.yaml");
  test.each([
    ["boxes.app.networks.back.ipv4Address", "10:58"],
    ["boxes.app.networks.front.ipv4Address", "10:21"],
    ["boxes.side.car.joins", "18:22"],
    ["boxes.web.ports[0]", "9:13"],
    ["outside.outside", "1:10"],
    ['claims."app pings db".to', "14:5"],
    ["hosts.host1.address", ""],
  ])("%s", (place, position) => {
    const problem = { place, value: "", allowed: "", fix: "" };
    expect(tell(problem)).toBe(`lab.yaml${position === "" ? "" : `:${position}`} ${place}`);
  });
});
