import { expect, test } from "@jest/globals";
import {
  chooseNamespaces,
  MOST_NAMESPACES,
  questionIn,
  readBridges,
  readNamespaces,
} from "../../../../cli/tracing/namespaces.ts";
import { labWith } from "../../checks/lab.ts";

const lab = labWith();
lab.nodes.push({ name: "ns1", kind: "namespace", host: "host1", interfaces: [] });
const LISTED = `iptables v1.8.9 (nf_tables)
namespace 4026531840 host
namespace 4026532100 netns ns1 /run/netns/ns1
namespace 4026532200 netns box1 /run/netns/box1
namespace 4026532200 container box1 /proc/711/ns/net
namespace 4026532300 container joined /proc/713/ns/net
namespace 4026532300 container box3 /proc/712/ns/net
namespace 4026532400 container by-hand /proc/714/ns/net
namespace 4026531840 container in-host-mode /proc/715/ns/net
namespace 4026532500 overlay my-overlay /var/run/docker/netns/1-ace89da74f
network 0123456789ab my-bridge \nnetwork ba9876543210 bridge docker0\nnetwork ffffffffffff host `;

test("readNamespaces tells each namespace once, by its node", () => {
  const namespaces = readNamespaces(lab, "host1", LISTED);
  expect(namespaces.map(({ name, nodes, file }) => [name, nodes.join(), file])).toEqual([
    ["host1", "host1", undefined],
    ["ns1", "ns1", "/run/netns/ns1"],
    ["box1", "box1", "/proc/711/ns/net"],
    ["box3", "box3,joined", "/proc/713/ns/net"],
    ["by-hand", "", "/proc/714/ns/net"],
    ["my-overlay on host1", "", "/var/run/docker/netns/1-ace89da74f"],
  ]);
  expect(namespaces.slice(0, 2).map((one) => questionIn(one, ["ip", "address"]))).toEqual([
    { at: "host1", command: ["ip", "address"] },
    { at: "host1", namespace: "/run/netns/ns1", command: ["ip", "address"] },
  ]);
});

test("chooseNamespaces leaves out none that a trace is about", () => {
  const many = Array.from(
    { length: 200 },
    (_, index) => `namespace ${index} container c${index} /proc/${index + 1}/ns/net`,
  );
  const namespaces = readNamespaces(lab, "host1", [...many, LISTED].join("\n"));
  const chosen = chooseNamespaces(namespaces, ["box1", "ns1"]);
  expect(chosen).toHaveLength(MOST_NAMESPACES);
  expect(chosen.slice(0, 3).map(({ name }) => name)).toEqual(["host1", "ns1", "box1"]);
});

test("readBridges knows each network's bridge", () => {
  expect(readBridges(LISTED)).toEqual(
    new Map([
      ["br-0123456789ab", "my-bridge"],
      ["docker0", "bridge"],
      ["br-ffffffffffff", "host"],
    ]),
  );
});
