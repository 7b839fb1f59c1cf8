import { expect, test } from "@jest/globals";
import {
  httpProbe,
  dnsProbe,
  lookupsProbe,
  pingProbe,
  sweepProbe,
  tcpProbe,
} from "../../../checks/claims.ts";
import { observe } from "../../../checks/probes/index.ts";
import type { Probe } from "../../../topology/claims/index.ts";

const own = new Set(["172.18.0.2"]);
const ping = pingProbe("box1", "box2");
const tcp = tcpProbe("box1", "box2", 81);
const http = httpProbe("box1", "box2");
const dns = dnsProbe("box1", "box2");
const sweep = sweepProbe("box1", ["box2", "box3"]);
const lookups = lookupsProbe("box1", ["box2", "box3"]);
const statistics = "1 packets transmitted, 0 received, 100% packet loss, time 0ms";

/** Probe, status, stdout, stderr as the tools of the images say it; what it amounts to. */
const cases: [Probe, number, string, string, string, string][] = [
  [
    ping,
    0,
    "64 bytes from 172.18.0.3: icmp_seq=1 ttl=64 time=0.045 ms",
    "",
    "reply",
    "reply from 172.18.0.3 in 0.045 ms",
  ],
  [ping, 1, statistics, "", "silence", "no reply"],
  [
    sweep,
    1,
    "",
    "10.9.9.9 : xmt/rcv/%loss = 3/0/100%\n10.8.8.8 : xmt/rcv/%loss = 3/0/100%",
    "silence",
    "no reply from any of 2",
  ],
  [
    sweep,
    1,
    "",
    "10.9.9.9  : xmt/rcv/%loss = 3/0/100%\n127.0.0.1 : xmt/rcv/%loss = 3/3/0%, min/avg/max = 0.036/0.038/0.039",
    "reply",
    "reply from 127.0.0.1",
  ],
  [
    sweep,
    1,
    "",
    "ICMP Port Unreachable from 192.0.2.1 for ICMP Echo sent to 10.1.1.1\n10.1.1.1 : xmt/rcv/%loss = 2/0/100%",
    "turned away",
    "Port Unreachable, says 192.0.2.1",
  ],
  [sweep, 124, "", "10.9.9.9 : xmt/rcv/%loss = 3/0/100%", "failed", "10.9.9.9 : xmt/rcv/%loss = 3/0/100%"],
  [sweep, 3, "", "fping: invalid option", "failed", "fping: invalid option"],
  [lookups, 2, "", "ping: box3: Name or service not known", "unknown name", "unknown name"],
  [
    lookups,
    2,
    "172.18.0.3      STREAM box2\n172.18.0.3      DGRAM  ",
    "ping: box3: Name or service not known",
    "addresses",
    "box2 is 172.18.0.3",
  ],
  [
    lookups,
    2,
    "",
    "ping: box3: Temporary failure in name resolution",
    "no name server",
    "no answer from the name server",
  ],
  [
    ping,
    1,
    `From 172.18.0.2 icmp_seq=1 Destination Host Unreachable\n${statistics}`,
    "",
    "unreachable",
    "Destination Host Unreachable, says its own kernel",
  ],
  [
    ping,
    1,
    `From 172.18.0.1 icmp_seq=1 Destination Port Unreachable\n${statistics}`,
    "",
    "turned away",
    "Destination Port Unreachable, says 172.18.0.1",
  ],
  [
    ping,
    2,
    "",
    "ping: connect: Network is unreachable",
    "unreachable",
    "Network is unreachable, says its own kernel",
  ],
  [
    ping,
    1,
    statistics,
    "ping: sendmsg: Operation not permitted",
    "unreachable",
    "Operation not permitted, says its own kernel",
  ],
  [ping, 2, "", "ping: box2: Name or service not known", "unknown name", "unknown name"],
  [
    ping,
    2,
    "",
    "ping: box2: No address associated with hostname",
    "unknown name",
    "no address for this name",
  ],
  [
    ping,
    2,
    "",
    "ping: box2: Temporary failure in name resolution",
    "no name server",
    "no answer from the name server",
  ],
  [ping, 1, "", "ping: bad linger time: 0.1", "failed", "bad linger time: 0.1"],
  [ping, 127, "", "sh: ping: not found", "failed", "sh: ping: not found"],
  [tcp, 0, "", "Connection to 172.18.0.3 81 port [tcp/*] succeeded!", "open", "connected"],
  [
    tcp,
    1,
    "",
    "nc: connect to 172.18.0.3 port 81 (tcp) failed: Connection refused",
    "refused",
    "connection refused",
  ],
  [
    tcp,
    1,
    "",
    "nc: connect to 172.18.0.3 port 81 (tcp) timed out: Operation now in progress",
    "silence",
    "no answer to the connection attempt",
  ],
  [
    tcp,
    1,
    "",
    "nc: connect to 172.18.0.3 port 81 (tcp) failed: Network is unreachable",
    "unreachable",
    "Network is unreachable",
  ],
  [tcp, 127, "", "sh: nc: not found", "failed", "sh: nc: not found"],
  [
    http,
    0,
    "hello from web1\nyou are x",
    "< HTTP/1.1 200 OK\r\nconnect-time: 0.001",
    "reply",
    "HTTP/1.1 200 OK: hello from web1",
  ],
  [
    http,
    0,
    "gone",
    "< HTTP/1.1 404 Not Found\r\nconnect-time: 0.001",
    "failed",
    "HTTP/1.1 404 Not Found: gone",
  ],
  [
    http,
    7,
    "",
    "* connect to 172.18.0.3 port 80 failed: Connection refused\ncurl: (7) Failed to connect\nconnect-time: 0.000000",
    "refused",
    "connection refused",
  ],
  [
    http,
    7,
    "",
    "* connect to 172.18.0.3 port 80 from 172.18.0.2 port 4 failed: Connection refused\nconnect-time: 0",
    "refused",
    "connection refused",
  ],
  [
    http,
    7,
    "",
    "* Immediate connect fail for 10.1.1.1: Network is unreachable\nconnect-time: 0.000000",
    "unreachable",
    "Network is unreachable",
  ],
  [
    http,
    28,
    "",
    "curl: (28) Connection timed out after 500 milliseconds\nconnect-time: 0.000000",
    "silence",
    "no answer to the connection attempt",
  ],
  [
    http,
    28,
    "",
    "curl: (28) Operation timed out after 500 milliseconds\nconnect-time: 0.001",
    "failed",
    "Operation timed out after 500 milliseconds",
  ],
  [
    http,
    6,
    "",
    "curl: (6) Could not resolve host: box2\nconnect-time: 0.000000",
    "failed",
    "Could not resolve host: box2",
  ],
  [dns, 0, "172.18.0.3      STREAM box2\n172.18.0.3      DGRAM", "", "addresses", "172.18.0.3"],
  [dns, 2, "", "ping: box2: Name or service not known", "unknown name", "unknown name"],
  [
    dns,
    2,
    "",
    "ping: box2: Temporary failure in name resolution",
    "no name server",
    "no answer from the name server",
  ],
];

test.each(cases)("%j: status %i, %j, %j", (probe, status, stdout, stderr, outcome, text) => {
  expect(observe(probe, { status, stdout, stderr, seconds: 0.1 }, own)).toMatchObject({ outcome, text });
});

test("what could not be run shows nothing", () => {
  expect(
    observe(ping, { unavailable: "container box1 is not running (exited)", lasting: false }, own),
  ).toEqual({
    outcome: "failed",
    text: "container box1 is not running (exited)",
  });
});

test("round trips are those of packets", () => {
  const stdout = "64 bytes from 172.18.0.3: icmp_seq=1 ttl=64 time=40 ms";
  expect(observe(ping, { status: 0, stdout, stderr: "", seconds: 9 }, own).roundTripSeconds).toBeCloseTo(
    0.04,
  );
  const stderr = "< HTTP/1.1 200 OK\r\nconnect-time: 0.002";
  expect(observe(http, { status: 0, stdout: "", stderr, seconds: 9 }, own).roundTripSeconds).toBeCloseTo(
    0.002,
  );
});
