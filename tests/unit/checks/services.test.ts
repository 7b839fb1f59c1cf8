import { expect, test } from "@jest/globals";
import * as claims from "../../../checks/claims.ts";
import {
  compareMtu,
  compareName,
  comparePeers,
  comparePlacement,
  compareReach,
  compareSpread,
  compareWall,
  partnersOf,
  readService,
  type Task,
  unsettled,
  virtualAddressOn,
} from "../../../checks/services.ts";
import { judgeClaims } from "../../../checks/run.ts";
import { validateClaims } from "../../../checks/validate.ts";
import { Claim } from "../../../topology/claims/index.ts";
import type { Topology } from "../../../topology/document.ts";
import { answering, labWith } from "./lab.ts";

/** What `serviceCommand` prints, on an engine of version 20.10. */
const told = `node n1 host1
node n2 host2
vip 10.10.0.5/16
wanted 2
task t2 2 n2 running c222222222222222 ngx_net=10.10.0.3/16 
task t1 1 n1 running c111111111111111 ngx_net=10.10.0.2/16 
`;
const { tasks } = readService("my-test", told);
const [first, second] = tasks as [Task, Task];
const host1 = { hostName: "host1" };

function swarmLab(...all: Claim[]): Topology {
  const lab = labWith(...all);
  const networks = ["ngx_net", "other_net"].map((name, index) => ({
    name,
    driver: "overlay",
    host: "host1",
    subnet: `10.${index + 1}0.0.0/16`,
  }));
  const services = ["my-test", "my-test2"].map((name) => ({
    name,
    manager: "host1",
    hosts: ["host1"],
    networks: ["ngx_net"],
    replicas: 2,
  }));
  return { ...lab, networks, services };
}

const all: [string, Claim][] = [
  ["my-test2 resolves tasks.my-test to all tasks", claims.taskNames("my-test2", "my-test", "ngx_net")],
  ["box1 resolves my-test to all tasks", claims.allAddresses("box1", "my-test", "ngx_net")],
  ["box1 resolves my-test to one virtual address", claims.virtualAddress("box1", "my-test", "ngx_net")],
  ["my-test has no virtual address", claims.noVirtualAddress("my-test")],
  ["all tasks of my-test ping one another on ngx_net", claims.tasksReach("my-test", "my-test", "ngx_net")],
  [
    "all tasks of my-test2 ping those of my-test on ngx_net",
    claims.tasksReach("my-test2", "my-test", "ngx_net"),
  ],
  [
    "no task of my-test2 has a reply from my-test",
    claims.tasksWalledOff(["my-test2", "other_net"], ["my-test", "ngx_net"]),
  ],
  [
    "all tasks of my-test answer box1 at my-test port 80",
    claims.loadSpread("box1", claims.hostName("my-test"), "my-test"),
  ],
  ["tasks of my-test: 3 on host1, none on host1", claims.tasksOn("my-test", { host1: 3 })],
  ["ngx_net on host1 has the peers host1", claims.peers("ngx_net", host1, [host1])],
];

test.each(all)("%s", (summary, claim) => {
  expect(claim.summary).toBe(summary.replace(", none on host1", ""));
  expect(Claim.parse(claim)).toEqual(claim);
  expect(() => {
    validateClaims(swarmLab(claim));
  }).not.toThrow();
});

test("what a claim about services names must be there", () => {
  expect(() => {
    validateClaims(
      swarmLab(
        claims.taskNames("box9", "my-tset", "ngx-net"),
        claims.tasksOn("my-test", { host7: 0 }),
        claims.tasksReach("box1", "my-test", "ngx_net"),
      ),
    );
  }).toThrow(/box9[^]*my-tset[^]*did you mean "my-test"[^]*ngx-net[^]*host7[^]*box1/);
});

test("a service is read with its tasks, in order, and its virtual addresses", () => {
  expect(first).toEqual({
    name: "my-test.1",
    host: "host1",
    state: "running",
    container: "c111111111111111",
    addresses: { ngx_net: "10.10.0.2" },
  });
  expect(second.host).toBe("host2");
  const state = readService("my-test", told);
  expect(virtualAddressOn(state, "10.10.0.0/16")).toBe("10.10.0.5");
  expect(virtualAddressOn(state, "10.20.0.0/16")).toBeUndefined();
  expect(unsettled("my-test", state)).toBeUndefined();
  const pending = readService("my-test", "node n1 host1\ntask t3 3 - pending - ");
  expect(unsettled("my-test", pending)).toBe("my-test.3 is pending on no host");
  expect(unsettled("my-test", readService("my-test", ""))).toBe("my-test has no task");
  const moving = readService("my-test", told.replace("wanted 2", "wanted 5"));
  expect(unsettled("my-test", moving)).toBe("my-test has 2 of 5 tasks");
  expect(readService("all", "node n1 host1\ntask t 0 n1 running c ").tasks[0]?.name).toBe("all on host1");
});

test("a name has exactly these addresses, whoever asks", () => {
  const wanted = ["10.10.0.2", "10.10.0.3"];
  const right = ["10.10.0.3", "10.10.0.2", "10.10.0.2"];
  expect(compareName(new Map([["a", right]]), wanted)).toEqual({
    holds: true,
    observed: "10.10.0.2, 10.10.0.3",
  });
  const wrong = new Map([
    ["a", right],
    ["b", ["10.10.0.2", "10.10.0.9"]],
  ]);
  expect(compareName(wrong, wanted)).toEqual({ holds: false, observed: "10.10.0.2, 10.10.0.9, says b" });
  expect(compareName(new Map([["a", []]]), wanted).holds).toBe(false);
  expect(compareName(new Map(), wanted).holds).toBe(false);
});

test("every task reaches every other one", () => {
  const reached = [
    { task: first, alive: ["10.10.0.2", "10.10.0.3"] },
    { task: second, alive: ["10.10.0.2"] },
  ];
  expect(compareReach(reached, tasks, "ngx_net")).toEqual({ holds: true, observed: "2 of 2" });
  const silent = [reached[0], { task: second, alive: [] }] as typeof reached;
  expect(compareReach(silent, tasks, "ngx_net")).toEqual({
    holds: false,
    observed: "1 of 2: my-test.2 on host2 has no reply from my-test.1 on host1",
  });
  expect(compareReach([{ task: first, alive: [] }], [first], "ngx_net").holds).toBe(false);
});

test("of many tasks each asks some others, and is asked by some: the kernel's neighbour table has its limits", () => {
  const many = Array.from({ length: 60 }, (_, index): Task => {
    const address = `10.10.0.${index + 2}`;
    return { ...first, name: `my-test.${index}`, container: `c${index}`, addresses: { ngx_net: address } };
  });
  const partners = partnersOf(many, many);
  expect([...partners.values()].flat()).toHaveLength(240);
  expect(new Set([...partners.values()].flat())).toEqual(new Set(many));
  for (const [container, others] of partners)
    expect(others.map((one) => one.container)).not.toContain(container);
  const asked = many.map((task) => ({
    task,
    alive: (partners.get(task.container) ?? []).map(({ addresses }) => addresses["ngx_net"] ?? ""),
  }));
  expect(compareReach(asked, many, "ngx_net")).toEqual({
    holds: true,
    observed: "240 of 240 (of 3540 pairs)",
  });
  expect(partnersOf([first], many).get(first.container)).toHaveLength(60);
  expect(partnersOf(tasks, tasks)).toEqual(
    new Map([
      [first.container, [second]],
      [second.container, [first]],
    ]),
  );
});

test("packets of so many bytes pass between tasks, and larger ones do not", () => {
  const all = tasks.map((task) => ({ task, alive: ["10.10.0.2", "10.10.0.3"] }));
  // each reaches itself, by lo
  const none = [
    { task: first, alive: ["10.10.0.2"] },
    { task: second, alive: ["10.10.0.3"] },
  ];
  const mtu = { tasks, network: "ngx_net", bytes: 1424 };
  expect(compareMtu(all, none, mtu)).toEqual({ holds: true, observed: "1424 bytes pass, 1425 do not" });
  expect(compareMtu(all, all, mtu)).toEqual({
    holds: false,
    observed: "1425 bytes pass too, from my-test.1",
  });
  expect(compareMtu(none, none, mtu)).toEqual({
    holds: false,
    observed: "of 1424 bytes, 0 of 2: my-test.1 on host1 has no reply from my-test.2 on host2",
  });
});

test("a wall holds while both sides are alive", () => {
  const cross = { asked: [{ task: first, alive: [] }], to: [second], network: "ngx_net" };
  const alive = { holds: true, observed: "2 of 2" };
  expect(compareWall(cross, [alive], "within each").holds).toBe(true);
  expect(compareWall(cross, [alive, { holds: false, observed: "0 of 2" }], "within each")).toEqual({
    holds: false,
    observed: "a control failed: 0 of 2",
  });
  const through = { ...cross, asked: [{ task: first, alive: ["10.10.0.3"] }] };
  expect(compareWall(through, [alive], "within each")).toEqual({
    holds: false,
    observed: "1 of 1: my-test.2 answers my-test.1",
  });
});

test("where tasks run, who answers, who is a peer", () => {
  expect(comparePlacement(tasks, { host1: 1, host3: 0 })).toEqual({
    holds: true,
    observed: "host1: 1, host3: 0",
  });
  expect(comparePlacement(tasks, { host2: 0 })).toEqual({ holds: false, observed: "host2: 1" });
  const names = ["c11111111111", "c22222222222", "c11111111111"];
  expect(compareSpread(names, tasks)).toEqual({ holds: true, observed: "my-test.1: 2, my-test.2: 1" });
  expect(compareSpread(names.slice(0, 1), tasks).holds).toBe(false);
  expect(compareSpread([...names, "other"], tasks).holds).toBe(false);
  const hosts = new Map([["host1", "192.168.33.10"]]);
  expect(comparePeers("192.168.33.10\n", hosts)).toEqual({ holds: true, observed: "host1 192.168.33.10" });
  expect(comparePeers("192.168.33.10\n192.168.33.11\n", hosts).holds).toBe(false);
});

test("the tasks that a manager tells of are asked in the same round, each in its container", async () => {
  const claim = claims.taskNames("my-test", "my-test", "ngx_net");
  const answer = (stdout: string) => ({ status: 0, stdout, stderr: "", seconds: 0.01 });
  const looked = answer("10.10.0.2 STREAM\n10.10.0.3 STREAM");
  const { ask, asked } = answering({
    "host1: service-state.sh": [answer(told)],
    "host1: c111111111111111: tasks.my-test": [looked],
    "host2: c222222222222222: tasks.my-test": [looked],
  });
  const report = await judgeClaims(swarmLab(claim), ask);
  expect(report.results[0]).toMatchObject({ holds: true, observed: "10.10.0.2, 10.10.0.3, in all 2" });
  expect(asked).toHaveLength(2);
});

test("a task that cannot be entered is told, and asked again", async () => {
  const claim = claims.tasksReach("my-test", "my-test", "ngx_net");
  const answer = (stdout: string) => ({ status: 0, stdout, stderr: "", seconds: 0.01 });
  const gone = { unavailable: "there is no container c222222222222222", lasting: false };
  const { ask } = answering({
    "host1: service-state.sh": [answer(told)],
    "host1: c111111111111111: 10.10.0.3": [answer("10.10.0.3")],
    "host2: c222222222222222: 10.10.0.2": [gone, answer("10.10.0.2")],
  });
  const once = await judgeClaims(swarmLab(claim), ask, { deadlineSeconds: 0 });
  expect(once.results[0]).toMatchObject({ holds: false, observed: gone.unavailable });
  const { results } = await judgeClaims(swarmLab(claim), ask);
  expect(results[0]).toMatchObject({ holds: true, observed: "2 of 2" });
});

test("a claim about tasks waits until all of them run", async () => {
  const starting = told.replace("n2 running", "n2 starting");
  const { ask } = answering({
    "host1: service-state.sh": [{ status: 0, stdout: starting, stderr: "", seconds: 0.01 }],
  });
  const { results } = await judgeClaims(swarmLab(claims.tasksOn("my-test", { host1: 1, host2: 1 })), ask, {
    deadlineSeconds: 0,
  });
  expect(results[0]).toMatchObject({ holds: false, observed: "my-test.2 is starting on host2" });
});
