import { expect, test } from "@jest/globals";
import { chooseSpaces, MOST_SPACES, readSpaces } from "../../../../cli/tracing/spaces.ts";
import { readNetworks } from "../../../../cli/tracing/side.ts";
import { labWith } from "../../checks/lab.ts";

const lab = labWith();
lab.nodes.push({ name: "ns1", kind: "namespace", host: "host1", interfaces: [] });
const LISTED = `4026531840 host
4026532100 netns ns1
4026532200 netns box1
4026532200 container box1 711
4026532300 container joined 713
4026532300 container box3 712
4026532400 container by-hand 714
4026531840 container in-host-mode 715
4026532500 overlay my-overlay /var/run/docker/netns/1-ace89da74f`;

test("readSpaces tells each namespace once, by the node whose it is", () => {
  const spaces = readSpaces(lab, "host1", LISTED);
  expect(spaces.map(({ name, nodes, enter }) => [name, nodes.join(), enter])).toEqual([
    ["host1", "host1", ""],
    ["ns1", "ns1", "nsenter --net=/run/netns/ns1"],
    ["box1", "box1", "nsenter --net=/proc/711/ns/net"],
    ["box3", "box3,joined", "nsenter --net=/proc/713/ns/net"],
    ["by-hand", "", "nsenter --net=/proc/714/ns/net"],
    ["my-overlay on host1", "", "nsenter --net=/var/run/docker/netns/1-ace89da74f"],
  ]);
});

test("chooseSpaces leaves out none that a trace is about", () => {
  const many = Array.from({ length: 200 }, (_, index) => `${index} container c${index} ${index + 1}`);
  const spaces = readSpaces(lab, "host1", [...many, ...LISTED.split("\n")].join("\n"));
  const chosen = chooseSpaces(spaces, ["box1", "ns1"]);
  expect(chosen).toHaveLength(MOST_SPACES);
  expect(chosen.slice(0, 3).map(({ name }) => name)).toEqual(["host1", "ns1", "box1"]);
});

test("readNetworks knows each network's bridge", () => {
  expect(
    readNetworks("0123456789ab my-bridge <no value>\nba9876543210 bridge docker0\nffffffffffff host"),
  ).toEqual(
    new Map([
      ["br-0123456789ab", "my-bridge"],
      ["docker0", "bridge"],
      ["br-ffffffffffff", "host"],
    ]),
  );
});
