import { expect, test } from "@jest/globals";
import {
  address,
  addressOf,
  type Claim,
  http,
  nameOf,
  noPings,
  ping,
  pingByName,
  pingProbe,
  resolves,
  tcp,
} from "../../../checks/claims.ts";
import { changesBetween, type Version } from "../../../compose/difference.ts";
import type { ComposeNode } from "../../../compose/nodes.ts";

function version(services: Record<string, number>, ...claims: Claim[]): Version {
  const nodes = Object.entries(services).flatMap(([service, count]) =>
    Array.from({ length: count }, (_, index): ComposeNode => {
      const name = count === 1 ? service : `${service}-${index + 1}`;
      return { name, service, number: index + 1, mode: "networks", ends: new Map(), listens: [], ports: [] };
    }),
  );
  return { nodes, claims };
}

const sentences = (before: Version, after: Version) =>
  changesBetween(before, after).map(({ kind, sentence }) => `${kind}: ${sentence}`);

const controls = [pingProbe("web", address("127.0.0.1")), pingProbe("db", address("127.0.0.1"))] as const;
const wall = noPings("web", ["db"], { controls });
const published = (port: number, by: string) => http("outside", addressOf("host1"), { port, by });
const two = { web: 1, db: 1 };

test("what was walled off and answers now is opened, and the other way round", () => {
  const closed = version(two, wall);
  const open = version(two, tcp("web", nameOf("db"), 5432));
  expect(sentences(closed, open)).toEqual(["opened: db:5432 becomes reachable from web"]);
  expect(sentences(open, closed)).toEqual(["closed: db:5432 is no longer reachable from web"]);
});

test("another port is a change; a service that listens at a known port from now on is none", () => {
  const at = (port: number) => version(two, tcp("web", nameOf("db"), port));
  expect(sentences(at(80), at(81))).toEqual([
    "opened: db:81 becomes reachable from web",
    "closed: db:80 is no longer reachable from web",
  ]);
  expect(sentences(version(two, pingByName("web", "db")), at(80))).toEqual([]);
});

test("a name that leads elsewhere reaches nobody", () => {
  expect(sentences(version(two), version(two, resolves("web", "data", ["db"])))).toEqual([]);
});

test("what the outside reaches is opened, of a new service too; what others reach of it is added", () => {
  const after = version({ ...two, adminer: 1 }, published(8080, "adminer"), ping("web", "adminer"));
  expect(sentences(version(two), after)).toEqual([
    "opened: adminer becomes reachable from the outside, at the host's port 8080",
    "added: adminer becomes reachable from web (new)",
  ]);
  expect(sentences(after, version(two)).at(-1)).toBe(
    "removed: adminer is no longer reachable from web (gone)",
  );
});

test("a port that was the host's alone and is open to the outside now", () => {
  const local = version(two, http("host1", address("127.0.0.1"), { port: 8080, by: "web" }));
  expect(sentences(local, version(two, published(8080, "web")))).toEqual([
    "opened: web becomes reachable from the outside, at the host's port 8080",
  ]);
});

test("a way out", () => {
  const out = version(two, ping("db", "outside"));
  expect(sentences(version(two), out)).toEqual(["opened: db has a way out now"]);
  expect(sentences(out, version(two))).toEqual(["closed: db has no way out any more"]);
});

test("containers of one service are told once", () => {
  const many = version({ web: 2, db: 1 }, tcp("web-1", nameOf("db"), 5432), tcp("web-2", nameOf("db"), 5432));
  expect(sentences(version({ web: 1, db: 1 }, wall), many)).toEqual([
    "opened: db:5432 becomes reachable from web",
  ]);
});
