import { describe, expect, test } from "@jest/globals";
import {
  capabilityName,
  duration,
  portRange,
  wrongCapability,
  wrongMac,
  wrongResolverOption,
  wrongRestart,
  wrongSysctl,
} from "../../../topology/run-options.ts";

test.each([
  [0, "0s"],
  [0.2, "200ms"],
  [1.5, "1.5s"],
  [59, "59s"],
  [60, "1m0s"],
  [90, "1m30s"],
  [3600, "1h0m0s"],
  [5025, "1h23m45s"],
])("%d s as Go tells them: %s", (seconds, told) => {
  expect(duration(seconds)).toBe(told);
});

test.each([
  [80, { first: 80, last: 80 }],
  ["80", { first: 80, last: 80 }],
  ["8000-8010", { first: 8000, last: 8010 }],
  ["8010-8000", undefined],
  ["0-3", undefined],
  ["65000-65536", undefined],
  ["80-", undefined],
  [80.5, undefined],
  [Number.NaN, undefined],
])("the ports %s", (written, range) => {
  expect(portRange(written)).toEqual(range);
});

describe("MAC addresses", () => {
  test.each(["02:42:ac:11:00:02", "FE:42:AC:11:00:02", "00:00:00:00:00:01"])("%s", (mac) => {
    expect(wrongMac(mac)).toBeUndefined();
  });
  test.each([
    "02:42:ac:11:00",
    "02-42-ac-11-00-02",
    "02:42:ac:11:00:0g",
    "ff:ff:ff:ff:ff:ff",
    "00:00:00:00:00:00",
  ])("%s is none that an interface can have", (mac) => {
    expect(wrongMac(mac)).toBeDefined();
  });
});

test("sysctls: those of a namespace, and of the network only where the container has its own", () => {
  for (const name of ["net.ipv4.ip_forward", "fs.mqueue.msg_max", "kernel.shm_rmid_forced"])
    expect(wrongSysctl(name, true)).toBeUndefined();
  for (const name of ["kernel.pid_max", "vm.swappiness", "net", "network.x"])
    expect(wrongSysctl(name, true)).toBeDefined();
  expect(wrongSysctl("net.ipv4.ip_forward", false)).toBeDefined();
  expect(wrongSysctl("kernel.sem", false)).toBeUndefined();
});

test("capabilities: with and without CAP_, in any case, and only what the engine has", () => {
  expect(["net_admin", "CAP_NET_ADMIN", "all"].map(capabilityName)).toEqual([
    "CAP_NET_ADMIN",
    "CAP_NET_ADMIN",
    "ALL",
  ]);
  expect(wrongCapability("net_admin", ["CAP_NET_ADMIN"])).toBeUndefined();
  expect(wrongCapability("CAP_BPF", ["CAP_NET_ADMIN"])).toBeDefined();
  expect(wrongCapability("ALL", ["CAP_NET_ADMIN"])).toBeDefined();
  expect(wrongCapability("CAP_BPF")).toBeUndefined();
  expect(wrongCapability("NET_ADMN")?.fix).toBe('did you mean "NET_ADMIN"?');
});

test("restart, and resolvers' options", () => {
  for (const restart of ["no", "always", "on-failure", "on-failure:3"])
    expect(wrongRestart(restart)).toBeUndefined();
  for (const restart of ["always:3", "on-failure:", "never"]) expect(wrongRestart(restart)).toBeDefined();
  for (const option of ["ndots:2", "rotate", "timeout:1"])
    expect(wrongResolverOption(option)).toBeUndefined();
  for (const option of ["ndots", "ndots:n", "rotate:1", "ndot:2"])
    expect(wrongResolverOption(option)).toBeDefined();
});
