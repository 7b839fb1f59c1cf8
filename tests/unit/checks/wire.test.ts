import { expect, test } from "@jest/globals";
import { byHand } from "../../../checks/by-hand.ts";
import * as claims from "../../../checks/claims.ts";
import { expectedOf } from "../../../checks/expectations.ts";
import { validateClaims } from "../../../checks/validate.ts";
import { judgeWire, wireCheck } from "../../../checks/wire.ts";
import type { Topology } from "../../../topology/document.ts";
import { labWith } from "./lab.ts";

const overlay = { networkName: "my-overlay" };
const during = claims.pingProbe("box1", "box2");
const clear = claims.wire("host1", { during, seen: claims.vxlanOf(overlay) });
const encrypted = claims.wire("host1", { during, seen: claims.esp, notSeen: claims.vxlanOf(overlay) });

function inspected({ inspect }: typeof clear) {
  return inspect;
}

const vxlan = [
  "14:00:00.000001 IP 192.168.33.10.44444 > 192.168.33.11.4789: VXLAN, flags [I] (0x08), vni 256",
  "IP 10.0.0.2 > 10.0.0.3: ICMP echo request, id 1, seq 1, length 64",
].join("\n");
const espPacket = "14:00:00.000001 IP 192.168.33.10 > 192.168.33.11: ESP(spi=0x1,seq=0x2), length 140";
const reply = { holds: true, observed: "box1 pings: reply from 10.0.0.3 in 0.1 ms" };

const captured = (stdout: string) => ({ status: 0, stdout, stderr: "", seconds: 1 });

test("what must be seen", () => {
  expect(judgeWire(inspected(clear), captured(`${vxlan}\n--`), reply)).toEqual({
    holds: true,
    observed:
      "IP 192.168.33.10.44444 > 192.168.33.11.4789: VXLAN, flags [I] (0x08), vni 256 / IP 10.0.0.2 > 10.0.0.3: ICMP echo request, id 1, seq 1, length 64",
  });
  expect(judgeWire(inspected(clear), captured("--"), reply)).toEqual({
    holds: false,
    observed: "no VXLAN of my-overlay",
  });
});

test("what must not be seen counts only beside what must be", () => {
  expect(judgeWire(inspected(encrypted), captured(`${espPacket}\n--`), reply)).toMatchObject({
    holds: true,
    observed: "IP 192.168.33.10 > 192.168.33.11: ESP(spi=0x1,seq=0x2), length 140",
  });
  expect(judgeWire(inspected(encrypted), captured(`${espPacket}\n--\n${vxlan}`), reply)).toMatchObject({
    holds: false,
    observed: expect.stringContaining("vni 256"),
  });
  expect(judgeWire(inspected(encrypted), captured("--"), reply)).toEqual({
    holds: false,
    observed: "no ESP",
  });
});

test("packets show nothing while the ping is not answered, nor when they could not be captured", () => {
  const silence = { holds: false, observed: "box1 pings: no reply" };
  expect(judgeWire(inspected(encrypted), captured(`${espPacket}\n--`), silence)).toEqual({
    holds: false,
    observed: "box1 pings: no reply",
  });
  const failed = { status: 1, stdout: "", stderr: "tcpdump: eth7: No such device exists", seconds: 0 };
  expect(judgeWire(inspected(clear), failed, reply)).toEqual({
    holds: false,
    observed: "tcpdump: eth7: No such device exists",
  });
  expect(judgeWire(inspected(clear), { unavailable: "not running", lasting: true }, reply)).toEqual({
    holds: false,
    observed: "not running",
    lasting: true,
  });
});

test("it is captured on the host while the node pings", () => {
  const [capture, ping] = wireCheck(labWith(encrypted), inspected(encrypted)).questions;
  expect(capture?.at).toBe("host1");
  expect(capture?.command.slice(2, 7)).toEqual([
    "INTERFACE=eth0",
    "WANTED=ip proto 50",
    "WANTED_NETWORK=",
    "UNWANTED=udp port 4789",
    "UNWANTED_NETWORK=my-overlay",
  ]);
  expect(ping).toMatchObject({ at: "box1", command: expect.arrayContaining(["ping", "172.18.0.3"]) });
});

test("it is captured once it is known which tasks ping, while they do", () => {
  const pings = claims.tasksReach("my-test", "my-test", overlay);
  const claim = claims.wire("host1", { during: pings, seen: claims.esp });
  expect(claim.summary).toBe(
    "eth0 of host1 carries ESP while all tasks of my-test ping one another on my-overlay",
  );
  const lab: Topology = {
    ...labWith(claim),
    services: [{ name: "my-test", manager: "host1", hosts: ["host1", "host2"], networks: ["my-overlay"] }],
  };
  const first = wireCheck(lab, inspected(claim));
  const asking = { at: "host1", command: expect.arrayContaining(["SERVICE=my-test"]), engineOnly: true };
  expect(first.questions).toEqual([asking, asking]);
  const task = (id: string, address: string) =>
    `task ${id} 0 ${id} running c${id}111111111111 my-overlay=${address}/24`;
  const told = `node n1 host1\nnode n2 host2\n${task("n1", "10.0.0.2")}\n${task("n2", "10.0.0.3")}\n`;
  const second = first.next?.([captured(told), captured(told)]);
  const [capture, ...pinging] = second?.questions ?? [];
  expect(capture?.command).toEqual(expect.arrayContaining(["INTERFACE=eth0", "WANTED=ip proto 50"]));
  expect(pinging.map(({ at, container }) => [at, container])).toEqual([
    ["host1", "cn1111111111111"],
    ["host2", "cn2111111111111"],
  ]);
  const alive = captured("10.0.0.2\n10.0.0.3");
  const seen = captured(`${espPacket}\n--`);
  expect(second?.judge([seen, alive, alive])).toMatchObject({ holds: true });
  expect(second?.judge([seen, alive, captured("")])).toEqual({
    holds: false,
    observed: "1 of 2: my-test on host2 on host2 has no reply from my-test on host1 on host1",
  });
});

test("in words, and by hand", () => {
  const lab = labWith(encrypted);
  expect(encrypted.summary).toBe(
    "eth0 of host1 carries ESP and no VXLAN of my-overlay while box1 pings box2",
  );
  expect(clear.summary).toBe("eth0 of host1 carries VXLAN of my-overlay while box1 pings box2");
  expect(expectedOf(lab, encrypted)).toBe("ESP, no VXLAN of my-overlay");
  expect(byHand(lab, encrypted)).toBe(
    "npx vethlab exec try box1 -- ping -c 20 172.18.0.3 & npx vethlab exec try host1 -- tcpdump -n -c 20 -i eth0 'ip proto 50 or udp port 4789'",
  );
});

test("only a lab host's wire can be looked at, and only a node can ping", () => {
  const problems = (host: string, from: string) => {
    try {
      validateClaims(
        labWith(claims.wire(host, { during: claims.pingProbe(from, "box2"), seen: claims.esp })),
      );
      return "";
    } catch (error) {
      return String(error);
    }
  };
  expect(problems("host1", "box1")).toBe("");
  expect(problems("box1", "box1")).toMatch(/box1\s+is no lab host/);
  expect(problems("host1", "bix1")).toMatch(/bix1\s+the lab has no such node/);
});
