import { expect, test } from "@jest/globals";
import type { Answer } from "../../../reach/asking.ts";
import { address, http, noPing, ping, pingByName, pingProbe, resolves } from "../../../checks/claims.ts";
import { judgeClaims } from "../../../checks/run.ts";
import { claimProblems } from "../../../checks/validate.ts";
import type { Claim, Probe } from "../../../topology/claims/index.ts";
import { answering, holding, labWith, replied, silent } from "./lab.ts";

/** Ways in which an answer, or silence, shows nothing of the node that is meant. */

const said = (stdout: string): Answer => ({ status: 0, stdout, stderr: "", seconds: 0.001 });
const neighbour = (dst: string, lladdr: string): Answer => said(JSON.stringify([{ dst, lladdr }]));
const named = (...all: string[]): Answer => said(all.map((one) => `${one}  STREAM box2\n`).join(""));
const served = (body: string): Answer => ({ ...said(body), stderr: "< HTTP/1.1 200 OK\r\n" });
/** Lines of /proc/net/nf_conntrack: who asked whom is answered by another. */
const led = (to: string, answerer: string, rest: number): string =>
  `ipv4     2 tcp      6 ${rest} TIME_WAIT src=172.18.0.2 dst=${to} sport=4 dport=8080 src=${answerer} dst=172.18.0.2 sport=80 dport=4 [ASSURED] mark=0 zone=0 use=2`;
const pinged = (answerer: string, rest: number, from = "172.18.0.2"): string =>
  `ipv4     2 icmp     1 ${rest} src=${from} dst=172.18.0.3 type=8 code=0 id=7 src=${answerer} dst=${from} type=0 code=0 id=7 mark=0 zone=0 use=2`;
const published = http("box1", "box3", { port: 8080, by: "box2" });
const strange: Record<string, Answer[]> = {
  "box1: http://172.17.0.2:8080/": [
    { ...served("It works!\n"), stderr: "< HTTP/1.1 200 OK\r\nconnect-time: 0.001 172.17.0.2" },
  ],
};
const silence: Record<string, Answer[]> = { "box3: 172.18.0.2": [silent] };
const reply: Record<string, Answer[]> = { "box1: 172.18.0.3": [replied] };
const byName: Record<string, Answer[]> = { "box1: box2": [replied] };
const wall = noPing("box3", "box1", {
  controls: [pingProbe("box1", "box2"), pingProbe("box3", address("127.0.0.1"))],
});
const alive = { ...silence, ...reply, "box3: 127.0.0.1": [replied] };

async function observed(claim: Claim, script: Record<string, Answer[]>): Promise<string> {
  const { ask } = answering(script);
  const { results } = await judgeClaims(labWith(claim), ask, { deadlineSeconds: 0 });
  return results.map(({ holds, observed }) => `${holds ? "holds" : "fails"}: ${observed}`).join("; ");
}

test.each<[string, Claim, Record<string, Answer[]>, string]>([
  ["the target has answered", ping("box1", "box2"), reply, "holds: reply from 172.18.0.3 in 0.045 ms"],
  [
    "the sender has the target's address as well",
    ping("box1", "box2"),
    { ...reply, "box1: address": [holding("box1", "172.18.0.2", "172.18.0.3")] },
    "fails: 172.18.0.3 is an address of box1 itself: box1 has answered itself",
  ],
  [
    "the target has another address now",
    ping("box1", "box2"),
    { ...reply, "box2: address": [holding("box2", "172.18.0.9")] },
    "fails: box2 is at 172.18.0.9 now, recorded 172.18.0.3",
  ],
  [
    "the target has no address any more",
    ping("box1", "box2"),
    { ...reply, "box2: address": [said("[]")] },
    "fails: box2 is at no address now, recorded 172.18.0.3",
  ],
  [
    "the target does not tell its addresses",
    ping("box1", "box2"),
    { ...reply, "box2: address": [{ unavailable: "box2 is gone", lasting: true }] },
    "fails: box2 does not tell its addresses: box2 is gone",
  ],
  [
    "the target's MAC is that of the neighbour that answered",
    ping("box1", "box2"),
    { ...reply, "box1: neigh": [neighbour("172.18.0.3", "02:42:00:00:00:02")] },
    "holds: reply from 172.18.0.3 in 0.045 ms",
  ],
  [
    "another neighbour has answered",
    ping("box1", "box2"),
    { ...reply, "box1: neigh": [neighbour("172.18.0.3", "02:42:00:00:00:99")] },
    "fails: 172.18.0.3 is answered by 02:42:00:00:00:99, and box2 has 02:42:00:00:00:02",
  ],
  [
    "the name leads to the target",
    pingByName("box1", "box2"),
    byName,
    "holds: reply from 172.18.0.3 in 0.045 ms",
  ],
  [
    "the name leads to another",
    pingByName("box1", "box2"),
    { ...byName, "box2: address": [holding("box2", "172.18.0.9")] },
    "fails: the name leads to 172.18.0.3, which box2 does not have",
  ],
  [
    "the name leads to the sender",
    pingByName("box1", "box2"),
    { ...byName, "box1: address": [holding("box1", "172.18.0.3")] },
    "fails: 172.18.0.3 is an address of box1 itself: box1 has answered itself",
  ],
  [
    "the name leads to another too",
    pingByName("box1", "box2"),
    { ...byName, "box1: getent box2": [named("172.18.0.3", "172.18.0.9")] },
    "fails: the name leads to 172.18.0.9 too, which box2 does not have",
  ],
  [
    "a name is found at the address of the node",
    resolves("box1", "box2", ["box2"]),
    { "box1: box2": [named("172.18.0.3")] },
    "holds: 172.18.0.3",
  ],
  [
    "a name is found at the recorded address, which the node no longer has",
    resolves("box1", "box2", ["box2"]),
    { "box1: box2": [named("172.18.0.3")], "box2: address": [holding("box2", "172.18.0.9")] },
    "fails: box2 is at 172.18.0.9 now, recorded 172.18.0.3",
  ],
  [
    "a name is found at the address of the node, and at another",
    resolves("box1", "box2", ["box2"]),
    { "box1: box2": [named("172.18.0.3", "172.18.0.9")] },
    "fails: 172.18.0.3, 172.18.0.9",
  ],
  [
    "the web server answers with the text that is claimed",
    http("box1", "box2", { contains: "box2" }),
    { "box1: http://172.18.0.3/": [served("hello from box2\n")] },
    "holds: HTTP/1.1 200 OK: hello from box2",
  ],
  [
    "the web server answers with another text",
    http("box1", "box2", { contains: "box2" }),
    { "box1: http://172.18.0.3/": [served("hello from box3\n")] },
    "fails: HTTP/1.1 200 OK: hello from box3",
  ],
  [
    "another node's web server has answered",
    http("box1", "box2"),
    { "box1: http://172.18.0.3/": [served("hello from box3\nyou are 172.18.0.2\n")] },
    "fails: box3 has answered, not box2",
  ],
  [
    "the web server of a node in the target's network namespace has answered",
    http("box1", "joined"),
    {
      "box1: http://172.17.0.2/": [served("hello from box3\nyou are 172.18.0.2\n")],
      "joined: address": [holding("box3")],
    },
    "holds: HTTP/1.1 200 OK: hello from box3",
  ],
  [
    "a published port leads to the node that is claimed",
    http("box1", "box3", { port: 8080, by: "box2" }),
    { "box1: http://172.17.0.2:8080/": [served("hello from box2\nyou are 172.18.0.2\n")] },
    "holds: HTTP/1.1 200 OK: hello from box2",
  ],
  [
    "a published port leads to another",
    http("box1", "box3", { port: 8080, by: "box2" }),
    { "box1: http://172.17.0.2:8080/": [served("hello from box3\nyou are 172.18.0.2\n")] },
    "fails: box3 has answered, not box2",
  ],
  [
    "a server that does not say who it is, behind a port that is led to the node that is claimed",
    published,
    { ...strange, "host1: 172.17.0.2": [said(led("172.17.0.2", "172.18.0.3", 119))] },
    "holds: HTTP/1.1 200 OK: It works!",
  ],
  [
    "a server that does not say who it is, behind a port that is led to another node",
    published,
    { ...strange, "host1: 172.17.0.2": [said(led("172.17.0.2", "172.18.0.9", 119))] },
    "fails: host1 leads what is for 172.17.0.2 to 172.18.0.9, which box2 does not have",
  ],
  [
    "a server that does not say who it is, and to which nothing is led",
    published,
    { ...strange, "host1: 172.17.0.2": [said("")] },
    "fails: nothing shows that box2 has answered",
  ],
  [
    "a rule leads the packets to the host itself",
    ping("box1", "box2"),
    {
      ...reply,
      "box2: address": [holding("box2", "172.18.0.3", "127.0.0.1")],
      "host1: translated": [said(pinged("127.0.0.1", 29))],
      "host1: 172.18.0.3": [said(pinged("127.0.0.1", 29))],
    },
    "fails: host1 leads what is for 172.18.0.3 to 127.0.0.1, which box2 does not have",
  ],
  [
    "the name leads to the loopback too",
    pingByName("box1", "box2"),
    {
      ...byName,
      "box2: address": [holding("box2", "172.18.0.3", "127.0.0.1")],
      "box1: getent box2": [named("172.18.0.3", "127.0.0.1")],
    },
    "fails: the name leads to 127.0.0.1 too, which box2 does not have",
  ],
  [
    "a rule leads the packets to another node",
    ping("box1", "box2"),
    {
      ...reply,
      "host1: translated": [said(pinged("172.18.0.9", 29))],
      "host1: 172.18.0.3": [said([pinged("172.18.0.9", 29), pinged("172.18.0.3", 28)].join("\n"))],
    },
    "fails: host1 leads what is for 172.18.0.3 to 172.18.0.9, which box2 does not have",
  ],
  [
    "a rule has led packets to another node before",
    ping("box1", "box2"),
    {
      ...reply,
      "host1: translated": [said(pinged("172.18.0.9", 20))],
      "host1: 172.18.0.3": [said([pinged("172.18.0.9", 20), pinged("172.18.0.3", 29)].join("\n"))],
    },
    "holds: reply from 172.18.0.3 in 0.045 ms",
  ],
  [
    "a rule has led packets to another node in the same second",
    ping("box1", "box2"),
    {
      ...reply,
      "host1: translated": [said(pinged("172.18.0.9", 29))],
      "host1: 172.18.0.3": [said([pinged("172.18.0.3", 29), pinged("172.18.0.9", 29)].join("\n"))],
    },
    "fails: host1 leads what is for 172.18.0.3 to 172.18.0.9, which box2 does not have",
  ],
  [
    "a rule has led packets to another node before, and another neighbour has answered",
    ping("box1", "box2"),
    {
      ...reply,
      "box1: neigh": [neighbour("172.18.0.3", "02:42:00:00:00:99")],
      "host1: translated": [said(pinged("172.18.0.9", 20))],
      "host1: 172.18.0.3": [said([pinged("172.18.0.9", 20), pinged("172.18.0.3", 29)].join("\n"))],
    },
    "fails: 172.18.0.3 is answered by 02:42:00:00:00:99, and box2 has 02:42:00:00:00:02",
  ],
  [
    "a rule leads packets of others to another node",
    ping("box1", "box2"),
    { ...reply, "host1: translated": [said(pinged("172.18.0.9", 29, "172.18.0.77"))] },
    "holds: reply from 172.18.0.3 in 0.045 ms",
  ],
  ["silence of a target that is alive", wall, alive, "holds: no reply"],
  [
    "silence of an address that the target no longer has",
    wall,
    { ...alive, "box1: address": [holding("box1", "172.18.0.9")] },
    "fails: the control before failed: box1 is at 172.18.0.9 now, recorded 172.18.0.2",
  ],
  [
    "silence of an address that the target loses meanwhile",
    wall,
    { ...alive, "box1: address": [holding("box1"), holding("box1"), holding("box1", "172.18.0.9")] },
    "fails: the control after failed: box1 is at 172.18.0.9 now, recorded 172.18.0.2",
  ],
  [
    "silence while the second control fails",
    wall,
    { ...alive, "box3: 127.0.0.1": [silent] },
    "fails: the control before failed: no reply",
  ],
])("%s", async (_, claim, script, expected) => {
  expect(await observed(claim, script)).toBe(expected);
});

test("a web server says its hostname, which may be another than the node's name", async () => {
  const answeredBy = async (hostname: string) => {
    const lab = labWith(http("box1", "box2"));
    const nodes = lab.nodes.map((node) => (node.name === "box2" ? { ...node, hostname: "www" } : node));
    const { ask } = answering({
      "box1: http://172.18.0.3/": [served(`hello from ${hostname}\nyou are 172.18.0.2\n`)],
    });
    const { results } = await judgeClaims({ ...lab, nodes }, ask, { deadlineSeconds: 0 });
    return results.map(({ holds, observed }) => ({ holds, observed }));
  };
  expect(await answeredBy("www")).toMatchObject([{ holds: true }]);
  expect(await answeredBy("box3")).toMatchObject([{ holds: false, observed: "box3 has answered, not box2" }]);
});

test("a whole lab holds what is recorded, and has claims", async () => {
  const whole = async (script: Record<string, Answer[]>, ...claims: Claim[]) => {
    const { ask } = answering(script);
    const { ok, results } = await judgeClaims(labWith(...claims), ask, { deadlineSeconds: 0, whole: true });
    return { ok, claims: results.map(({ claim }) => claim) };
  };
  expect(await whole(reply, ping("box1", "box2"))).toEqual({ ok: true, claims: ["box1 pings box2"] });
  expect(
    await whole({ ...reply, "box3: address": [holding("box3", "172.17.0.9")] }, ping("box1", "box2")),
  ).toEqual({
    ok: false,
    claims: ["box1 pings box2", "box3 has the addresses that are recorded"],
  });
  expect(await whole({})).toEqual({ ok: false, claims: [] });
});

test("silence is claimed only between ends that a control shows alive", () => {
  const problems = (...nodes: string[]) =>
    claimProblems(
      labWith(
        noPing("box3", "box1", {
          controls: nodes.map((node) => pingProbe(node, address("127.0.0.1"))) as [Probe],
        }),
      ),
    ).map(({ allowed }) => allowed);
  expect(problems("box1", "box3")).toEqual([]);
  expect(problems("box1", "joined")).toEqual([]);
  expect(problems("box1")).toEqual(["no control shows box3 alive"]);
  expect(problems("box2")).toEqual(["no control shows box3 alive", "no control shows box1 alive"]);
});
