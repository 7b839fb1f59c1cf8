import { describe, expect, test } from "@jest/globals";
import { readPcap } from "../../../../cli/tracing/pcap.ts";
import { cooked, icmpEcho, ipv4, pcapFile, tcp } from "./packets.ts";

describe("readPcap", () => {
  test("reads a ping at an interface, with its time to the nanosecond", () => {
    const payload = icmpEcho(8, Buffer.from("deadbeefdeadbeef", "hex"));
    const packet = ipv4({
      protocol: 1,
      source: "172.18.0.2",
      destination: "172.18.0.3",
      ttl: 63,
      id: 4711,
      payload,
    });
    const file = pcapFile([
      { seconds: 1_800_000_000, nanoseconds: 7, data: cooked({ interfaceIndex: 5, type: 4 }, packet) },
    ]);
    expect(readPcap(file)).toEqual([
      {
        time: 1_800_000_000_000_000_007n,
        interfaceIndex: 5,
        direction: "out",
        forAnother: false,
        source: "172.18.0.2",
        destination: "172.18.0.3",
        ttl: 63,
        identification: 4711,
        kind: "echo request",
        payload,
      },
    ]);
  });

  test("tells apart what opens, answers and refuses a connection", () => {
    const kinds = [0x02, 0x12, 0x14, 0x10].map((flags) => {
      const payload = tcp({
        sourcePort: 20_000,
        destinationPort: 80,
        sequence: 2 ** 32 - 1,
        acknowledges: 9,
        flags,
      });
      const packet = ipv4({
        protocol: 6,
        source: "10.0.0.1",
        destination: "10.0.0.2",
        ttl: 64,
        id: 1,
        payload,
      });
      const file = pcapFile([
        { seconds: 1, nanoseconds: 0, data: cooked({ interfaceIndex: 1, type: 3 }, packet) },
      ]);
      return readPcap(file)[0];
    });
    expect(kinds.map((one) => one?.kind)).toEqual(["syn", "syn-ack", "rst", "other"]);
    expect(kinds[0]).toMatchObject({
      sourcePort: 20_000,
      destinationPort: 80,
      sequence: 2 ** 32 - 1,
      acknowledges: 9,
      direction: "in",
      forAnother: true,
    });
  });

  test("passes over what is no IPv4, and a last record that is cut off", () => {
    const arp = Buffer.concat([Buffer.from([0x08, 0x06]), Buffer.alloc(60)]);
    const ping = cooked(
      { interfaceIndex: 1, type: 0 },
      ipv4({
        protocol: 1,
        source: "1.2.3.4",
        destination: "5.6.7.8",
        ttl: 1,
        id: 1,
        payload: icmpEcho(0, Buffer.alloc(8)),
      }),
    );
    const file = pcapFile([
      { seconds: 1, nanoseconds: 0, data: arp },
      { seconds: 2, nanoseconds: 0, data: ping },
      { seconds: 3, nanoseconds: 0, data: ping },
    ]);
    expect(readPcap(file).map(({ kind }) => kind)).toEqual(["echo reply", "echo reply"]);
    expect(readPcap(file.subarray(0, -3))).toHaveLength(1);
    expect(readPcap(Buffer.alloc(0))).toEqual([]);
  });

  test("refuses what is no such file", () => {
    expect(() => readPcap(Buffer.from("#!/bin/sh\necho this is no capture\n"))).toThrow("no pcap file");
  });
});
