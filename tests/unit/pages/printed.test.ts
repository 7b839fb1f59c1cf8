import { describe, expect, test } from "@jest/globals";
import { commandsOf, onStack } from "../../pages/page.ts";
import { difference, tellsFailure, underlaysIn } from "../../pages/printed.ts";

const lines = (text: string): string[] => text.split("\n");

const table = lines(`✔ Tested 2 claims
┌───┬───────────────────────────────────────┬─────────────────┬──────────────────────────────────────┬───────┐
│   │ claim                                 │ expected        │ observed                             │    ms │
├───┼───────────────────────────────────────┼─────────────────┼──────────────────────────────────────┼───────┤
│ ✔ │ box1 pings box2 by name               │ reply           │ reply from 172.18.0.3 in 0.037 ms    │    54 │
│ ✔ │ eth0 of box1 is paired with a veth on │ a peer that is  │ eth0@if4 and veth454778f@if3, a port │    48 │
│   │ docker0 of host1                      │ a port of       │ of docker0                           │       │
│   │                                       │ docker0         │                                      │       │
└───┴───────────────────────────────────────┴─────────────────┴──────────────────────────────────────┴───────┘
2 of 2 claims hold (0.7 s)
│ host1   │ underlay  │ 192.168.110.10/24  │ 02:42:c0:a8:6e:0a │
│ box1    │ my-bridge │ 172.18.0.2/16      │ 02:42:ac:12:00:02 │`);
const changed = (...changes: [string, string][]): string[] =>
  table.map((line) => changes.reduce((text, [what, by]) => text.replace(what, by), line));

describe("a page is right", () => {
  const underlays = ["192.168.110.", "192.168.7."];

  test("when only times, ids, random MACs, numbers of interfaces and the underlay differ", () => {
    const now = changed(
      ["0.037 ms ", "11.2 ms  "],
      ["    54", "   102"],
      ["@if4", "@if12"],
      ["veth454778f", "veth0123abc"],
      ["(0.7 s)", "(12.1 s)"],
      ["192.168.110.10/24 ", "192.168.7.10/24   "],
      ["02:42:c0:a8:6e:0a", "02:42:c0:a8:07:0a"],
    );
    expect(difference(table, now, underlays)).toBeUndefined();
  });

  test("when a row of a table is wrapped elsewhere", () => {
    const now = changed(
      ["eth0@if4 and veth454778f@if3, a port", "eth0@if104 and veth454778f@if103, a"],
      ["of docker0   ", "port of docker0"],
    );
    expect(difference(table, now)).toBeUndefined();
  });

  test("when Docker lists the containers of a network in another order", () => {
    const member = (id: string, name: string, comma: string) => [
      `            "${id.repeat(64)}": {`,
      `                "Name": "${name}",`,
      `            }${comma}`,
    ];
    const network = (...members: string[][]) => ['        "Containers": {', ...members.flat(), "        },"];
    const page = network(member("a", "box1", ","), member("b", "box2", ""));
    expect(difference(page, network(member("0", "box2", ","), member("1", "box1", "")))).toBeUndefined();
    expect(difference(page, network(member("0", "box2", ","), member("1", "box3", "")))).toBeDefined();
    expect(difference(page, network(member("0", "box1", "")))).toBeDefined();
  });

  test("when an overlay lists the containers of other hosts in another order", () => {
    const member = (key: string, name: string) => [`    "${key}": {`, `        "Name": "${name}",`, "    },"];
    const [here, there] = ["b".repeat(64), `ep-${"c".repeat(64)}`];
    const now = [...member(`ep-${"1".repeat(64)}`, "box2"), ...member("f".repeat(64), "box1")];
    expect(difference([...member(here, "box1"), ...member(there, "box2")], now)).toBeUndefined();
    expect(difference([...member(here, "box1"), "...", ...member(there, "box2")], now)).toBeUndefined();
    // each is on the other host
    expect(difference([...member(there, "box1"), ...member(here, "box2")], now)).toBeDefined();
  });

  test("when a preview lists its steps in another order", () => {
    const [a, b] = [
      "  ~ update  a-rule  Command  (create)",
      "  ~ update  b-rule  Command  (create)",
    ] as const;
    expect(difference([a, b, "2 to update"], [b, a, "2 to update"])).toBeUndefined();
    expect(difference([a, b, "2 to update"], [b, b, "2 to update"])).toBeDefined();
    const [c, d] = [
      "  ± replace box1-container  Container",
      "  ± replace box2-container  Container",
    ] as const;
    expect(difference([c, d, a], [d, a, c])).toBeUndefined();
  });

  test("when it leaves lines out with ...", () => {
    const now = lines("a\nb\nc\nd\ne");
    expect(difference(["...", "c", "...", "e"], now)).toBeUndefined();
    expect(difference(["a", "b", "..."], now)).toBeUndefined();
    expect(difference(["a", "b", "c", "...", "d", "e"], now)).toBeUndefined();
  });

  test.each([
    [
      "64 bytes from 172.18.0.3: icmp_seq=1 ttl=64 time=0.049 ms",
      "64 bytes from 172.18.0.3: icmp_seq=1 ttl=64 time=3.1 ms",
    ],
    [
      "1 packets transmitted, 1 received, 0% packet loss, time 0ms",
      "1 packets transmitted, 1 received, 0% packet loss, time 12ms",
    ],
    ["rtt min/avg/max/mdev = 0.1/0.2/0.3/0.4 ms", "rtt min/avg/max/mdev = 1.1/1.2/1.3/1.4 ms"],
    ["docker0\t8000.0242cc0c4105\tno\tveth4453901", "docker0  8000.024253dd0141  no  vethdeadbee"],
    [
      "  10  rule  filter FORWARD #4: -o docker0 -j DOCKER  => JUMP:DOCKER (counter 8 -> 9)",
      "  10  rule  filter FORWARD #4: -o docker0 -j DOCKER  => JUMP:DOCKER (counter 80 -> 91)",
    ],
    [
      "       5      349 MASQUERADE  0    --  *      !docker0  172.17.0.0/16        0.0.0.0/0",
      "      15     1349 MASQUERADE  0    --  *      !docker0  172.17.0.0/16        0.0.0.0/0",
    ],
    ['"Created": "2026-11-21T13:32:01.703626452Z",', '"Created": "2027-01-02T03:04:05.6Z",'],
    ["outside: 192.168.1.254:26673 → 192.168.1.10:8080", "outside: 192.168.1.254:21111 → 192.168.1.10:8080"],
    ["    7 root     sleep 86400", "   19 root     sleep 86400"],
    ["mkdb5k060vzq   ingress   overlay   swarm", "ilfnqoowfiku   ingress   overlay   swarm"],
    [
      "192.168.1.11.4789: VXLAN, flags [I] (0x08), vni 4097",
      "192.168.1.11.4789: VXLAN, flags [I] (0x08), vni 4098",
    ],
    ["vxlan id 4097 srcport 0 0 dstport 4789", "vxlan id 4098 srcport 0 0 dstport 4789"],
  ])("%s", (page, now) => {
    expect(difference([page], [now])).toBeUndefined();
  });
});

describe("a page is wrong", () => {
  test.each<[what: string, changes: [string, string][]]>([
    ["when a claim no longer holds", [["│ ✔ │ box1", "│ ✘ │ box1"]]],
    ["when a claim is worded otherwise", [["by name  ", "by its name"]]],
    ["when a box has another address", [["172.18.0.3", "172.18.0.4"]]],
    ["when a box has another MAC", [["02:42:ac:12:00:02", "02:42:ac:12:00:03"]]],
    ["when a subnet has another length", [["172.18.0.2/16", "172.18.0.2/24"]]],
    ["when there are more claims", [["2 of 2", "3 of 3"]]],
    ["when an interface has another name", [["eth0@if4", "eth1@if4"]]],
  ])("%s", (_what, changes) => {
    expect(difference(table, changed(...changes))).toMatch(/^the page has: .*\nnow there is: /);
  });

  test("when lines are missing, new, or in another order", () => {
    expect(difference(["a", "b"], ["a"])).toBe("the page has: b\nnow there is: (the end)");
    expect(difference(["a"], ["a", "b"])).toBe("the page has: (its end)\nnow there is: b");
    expect(difference(["...", "b", "...", "a"], ["a", "b"])).toContain("the page has: a");
    expect(difference(["..."], ["a"])).toBeUndefined();
  });

  test.each([
    [
      "1 packets transmitted, 0 received, 100% packet loss, time 0ms",
      "1 packets transmitted, 1 received, 0% packet loss, time 0ms",
    ],
    ["-P FORWARD DROP", "-P FORWARD ACCEPT"],
    ["eth1@if11        UP             172.18.0.4/16", "eth1@if11        DOWN           172.18.0.4/16"],
    ["tcp dpt:8080 to:172.17.0.2:80", "tcp dpt:8080 to:172.17.0.2:81"],
    [
      "link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff",
      "link/ether 02:42:ac:11:00:03 brd ff:ff:ff:ff:ff:ff",
    ],
    ["(counter 8 -> 9)", "(counter 8 -> 9) => DROP"],
    ["5 of 8 claims hold (0.2 s)", "8 of 8 claims hold (0.2 s)"],
    ["mkdb5k060vzq   ingress   overlay   swarm", "mkdb5k060vzq   ngx_net   overlay   swarm"],
    ["vxlan id 256 srcport 0 0 dstport 4789", "vxlan id 257 srcport 0 0 dstport 4789"],
    ["VXLAN, flags [I] (0x08), vni 256", "VXLAN, flags [I] (0x08), vni 257"],
  ])("%s", (page, now) => {
    expect(difference([page], [now])).toBeDefined();
  });
});

test("a page tells that a command fails", () => {
  for (const line of [
    "│ ✘ │ box1 pings box2 │ reply │ no reply │ 551 │",
    "✖ Building user-bridge [FAILED: see below]",
    "ping: box1: Name or service not known",
    "1 packets transmitted, 0 received, 100% packet loss, time 0ms",
    "curl: (7) Failed to connect",
    "Error response from daemon: error while removing network",
  ]) {
    expect(tellsFailure(["before", line])).toBe(true);
  }
  expect(
    tellsFailure(["│ ✔ │ box1 gets no reply from box3 │ no reply │ no reply │ 551 │", "ping box1"]),
  ).toBe(false);
});

test("the subnets of underlays are read from the table of addresses", () => {
  expect(underlaysIn(table.join("\n"))).toEqual(["192.168.110."]);
  expect(underlaysIn("│ host1 │ underlay │ 10.9.0.10/16 │ x │")).toEqual(["10.9."]);
});

test("the commands of a page, with what it prints below each", () => {
  const page = [
    "Text with `$ not a command`.",
    "```sh",
    "docker run -d --name box1 busybox",
    "```",
    "```",
    "$ npx vethlab up lab",
    "✔ Built",
    "",
    "lab is up",
    "$ npx vethlab exec lab box1 -- true",
    "```",
    "- in a list",
    "  ```",
    "  $ npx vethlab verify lab",
    "  1 of 1 claims hold",
    "    indented",
    "  ```",
    "$ no command",
  ].join("\n");
  expect(commandsOf(page)).toEqual([
    { line: 6, command: "npx vethlab up lab", printed: ["✔ Built", "", "lab is up"] },
    { line: 10, command: "npx vethlab exec lab box1 -- true", printed: [] },
    { line: 14, command: "npx vethlab verify lab", printed: ["1 of 1 claims hold", "  indented"] },
  ]);
});

test.each([
  ["npx vethlab up lab", "npx vethlab up lab --stack mine"],
  ["npx vethlab up lab -c link=false", "npx vethlab up lab --stack mine -c link=false"],
  ["npx vethlab preview lab -c a=b", "npx vethlab preview lab --stack mine -c a=b"],
  ["npx vethlab exec lab box1 -- ping lab", "npx vethlab exec mine box1 -- ping lab"],
  ["npx vethlab down lab", "npx vethlab down mine"],
  [
    "npx vethlab exec lab host1 -- docker stop vethlab-lab-box1",
    "npx vethlab exec mine host1 -- docker stop vethlab-mine-box1",
  ],
])("%s goes to a stack of the test's own", (command, there) => {
  expect(onStack(command, "lab", "mine")).toBe(there);
});
