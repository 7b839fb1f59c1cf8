import { expect, test } from "@jest/globals";
import { firstIdentity, readTrace } from "../../../../cli/tracing/kernel-trace.ts";

/** As xtables-monitor 1.8.9 writes: our packet (ID 4711), another one between, and a rule that was removed meanwhile. */
const TRACE = `PACKET: 2 aaaa0001 IN=br-1 MACSRC=2:42:ac:12:0:2 MACDST=2:42:0:0:0:1 MACPROTO=0800 SRC=172.18.0.2 DST=172.17.0.2 LEN=114 TOS=0x0 TTL=64 ID=4711 DF 
 TRACE: 2 aaaa0001 nat:PREROUTING:rule:0x9:CONTINUE  -4 -t nat -A PREROUTING -p icmp -m comment --comment vethlab-trace -j TRACE
 TRACE: 2 aaaa0001 nat:PREROUTING:rule:0x6:JUMP:DOCKER  -4 -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
 TRACE: 2 bbbb0001 nat:PREROUTING:policy:ACCEPT 
 TRACE: 2 aaaa0001 nat:DOCKER:return:
 TRACE: 2 aaaa0001 nat:PREROUTING:policy:ACCEPT 
PACKET: 2 aaaa0002 IN=br-1 OUT=docker0 SRC=172.18.0.2 DST=172.17.0.2 LEN=114 TOS=0x0 TTL=63 ID=4711 DF 
PACKET: 2 bbbb0001 IN=br-1 OUT=docker0 SRC=172.18.0.2 DST=172.17.0.2 LEN=84 TOS=0x0 TTL=63 ID=4712 DF 
 TRACE: 2 aaaa0002 filter:FORWARD:rule:0x1f:JUMP:STAGE-1  -4 -t filter -A FORWARD -j STAGE-1
 TRACE: 2 aaaa0002 filter:STAGE-1:rule:0x20:0xfffffffb  -4 -t filter -A STAGE-1 -j RETURN
 TRACE: 2 bbbb0001 filter:FORWARD:rule:0x1f:DROP  -4 -t filter -A FORWARD -j STAGE-1
 TRACE: 2 aaaa0002 filter:FORWARD:rule:0x21:DROP 
`;

test("readTrace keeps what is of our packet, also when the kernel's id of it changes", () => {
  const events = readTrace(TRACE, { identification: 4711 });
  expect(events.map(({ table, chain, hook, verdict }) => `${table} ${chain} (${hook}) ${verdict}`)).toEqual([
    "nat PREROUTING (PREROUTING) JUMP:DOCKER",
    "nat PREROUTING (PREROUTING) ACCEPT",
    "filter FORWARD (FORWARD) JUMP:STAGE-1",
    "filter STAGE-1 (FORWARD) RETURN",
    "filter FORWARD (FORWARD) DROP",
  ]);
  expect(events.map(({ packet }) => packet?.ttl)).toEqual([64, 64, 63, 63, 63]);
  expect(events[0]).toMatchObject({
    kind: "rule",
    handle: 6,
    text: "-m addrtype --dst-type LOCAL -j DOCKER",
  });
  expect(events.at(-1)).toMatchObject({ kind: "rule", handle: 0x21, text: "" });
});

test("readTrace keeps nothing of other packets", () => {
  expect(readTrace(TRACE, { identification: 1 })).toEqual([]);
  expect(readTrace(TRACE, { identification: 4712 })).toMatchObject([
    { kind: "policy", chain: "PREROUTING" },
    { kind: "rule", chain: "FORWARD", verdict: "DROP" },
  ]);
});

test("a packet is not told as it was at an earlier hook", () => {
  const events = readTrace(
    `${TRACE.split("\n").slice(0, 2).join("\n")}\n TRACE: 2 aaaa0001 filter:FORWARD:policy:DROP \n`,
    { identification: 4711 },
  );
  expect(events).toEqual([
    {
      table: "filter",
      chain: "FORWARD",
      hook: "FORWARD",
      packet: undefined,
      kind: "policy",
      verdict: "DROP",
    },
  ]);
});

test("firstIdentity is that of the first packet that was shown", () => {
  expect(firstIdentity(TRACE)).toEqual({ identification: 4711 });
  expect(firstIdentity("")).toBeUndefined();
});
