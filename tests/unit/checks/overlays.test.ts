import { expect, test } from "@jest/globals";
import { byHand } from "../../../checks/by-hand.ts";
import * as claims from "../../../checks/claims.ts";
import { expectedOf } from "../../../checks/expectations.ts";
import type { Link } from "../../../checks/links.ts";
import {
  compareCreation,
  compareDistinct,
  compareIdentities,
  compareKeys,
  keysCommand,
} from "../../../checks/overlays.ts";
import { validateClaims } from "../../../checks/validate.ts";
import { Claim, type Inspection, type InspectionClaim } from "../../../topology/claims/index.ts";
import { labWith } from "./lab.ts";

const overlay = {
  networkName: "my-overlay",
  subnet: "10.0.0.0/24",
  space: { hosts: [{ hostName: "host1" }, { hostName: "host2" }], scope: "global" },
} as const;
const etcd = { store: "etcd", url: "http://192.168.33.10:2379" } as const;
const consul = { store: "consul", url: "http://192.168.33.10:8500" } as const;

/** What a claim looks at. */
function of<Kind extends Inspection["kind"]>(kind: Kind, { inspect }: InspectionClaim) {
  if (inspect.kind !== kind) throw new Error(inspect.kind);
  return inspect as Extract<Inspection, { kind: Kind }>;
}

test.each<[InspectionClaim, string, string, string]>([
  [
    claims.sharedNetwork(overlay),
    "my-overlay is one network on host1, host2",
    "one global overlay",
    "npx vethlab exec try host1 -- docker network ls --filter name=my-overlay; npx vethlab exec try host2 -- docker network ls --filter name=my-overlay",
  ],
  [
    claims.keyInStore("host1", overlay, etcd),
    "the key of my-overlay is in etcd, asked from host1",
    "/docker/network/v1.0/network/ID",
    "npx vethlab exec try host1 -- curl -sS --max-time 3 http://192.168.33.10:2379/v2/keys/docker/network/v1.0/network/",
  ],
  [
    claims.overlayRefused("host1"),
    "host1 refuses to make an overlay",
    "refused",
    "npx vethlab exec try host1 -- docker network create --driver overlay try",
  ],
  [
    claims.overlayAccepted("host1"),
    "host1 makes an overlay",
    "made",
    "npx vethlab exec try host1 -- docker network create --driver overlay try",
  ],
  [
    claims.distinctAddresses(overlay, ["box1", "box2"]),
    "box1, box2 have addresses of their own on my-overlay",
    "2 addresses of 10.0.0.0/24",
    "npx vethlab exec try box1 -- ip address; npx vethlab exec try box2 -- ip address",
  ],
])("$0.summary", (claim, summary, expected, hand) => {
  const lab = labWith(claim);
  lab.hosts.push({ name: "host2", kind: "container", shell: ["docker", "exec", "-i", "host2"] });
  expect(claim.summary).toBe(summary);
  expect(expectedOf(lab, claim)).toBe(expected);
  expect(byHand(lab, claim)).toBe(hand);
  expect(Claim.parse(claim)).toEqual(claim);
  expect(() => {
    validateClaims(lab);
  }).not.toThrow();
  const elsewhere = { ...lab, hosts: [], nodes: [] };
  expect(() => {
    validateClaims(elsewhere);
  }).toThrow(/no such node/);
});

test("one network: the same id, driver and scope on every host", () => {
  const shared = of("shared network", claims.sharedNetwork(overlay));
  const id = "ace89da74f8f".padEnd(64, "0");
  expect(
    compareIdentities(shared, [`my-overlay ${id} overlay global`, `my-overlay ${id} overlay global\n`]),
  ).toEqual({
    holds: true,
    observed: "ace89da74f8f overlay global",
  });
  expect(
    compareIdentities(shared, [`my-overlay ${id} overlay swarm`, `my-overlay ${id} overlay swarm`]).holds,
  ).toBe(false);
  expect(
    compareIdentities(shared, [`my-overlay ${id} bridge local`, `my-overlay ${id} bridge local`]).holds,
  ).toBe(false);
  expect(
    compareIdentities(shared, [
      `my-overlay ${id} overlay global`,
      `my-overlay ${"1".repeat(64)} overlay global`,
    ]),
  ).toEqual({
    holds: false,
    observed: "host1: ace89da74f8f overlay global, host2: 111111111111 overlay global",
  });
  // An engine that does not know the name takes it for the beginning of an id.
  expect(compareIdentities(shared, [`other ${id} overlay global`, `other ${id} overlay global`])).toEqual({
    holds: false,
    observed: "absent",
  });
});

test("an overlay is refused for want of a store, and for nothing else", () => {
  const refused = of("overlay creation", claims.overlayRefused("host1"));
  const accepted = of("overlay creation", claims.overlayAccepted("host1"));
  const refusal =
    'Error response from daemon: This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
  const made = `${"a".repeat(64)}\nvethlab-try-17`;
  expect(compareCreation(refused, refusal)).toEqual({
    holds: true,
    observed: refusal.replace("Error response from daemon: ", ""),
  });
  expect(compareCreation(accepted, refusal).holds).toBe(false);
  expect(compareCreation(accepted, made)).toEqual({ holds: true, observed: "made, and removed" });
  expect(compareCreation(refused, made)).toEqual({ holds: false, observed: "made, and removed" });
  for (const said of [
    "Error response from daemon: error creating vxlan",
    "Cannot connect to the Docker daemon",
    "",
  ]) {
    expect(compareCreation(refused, said).holds).toBe(false);
    expect(compareCreation(accepted, said).holds).toBe(false);
  }
});

test("the network's key, and not that of another", () => {
  const identity = "my-overlay abc overlay global";
  const inEtcd = of("key in store", claims.keyInStore("host1", overlay, etcd));
  const etcdSays = (...ids: string[]) =>
    JSON.stringify({
      node: { dir: true, nodes: ids.map((id) => ({ key: `/docker/network/v1.0/network/${id}` })) },
    });
  expect(compareKeys(inEtcd, identity, etcdSays("def", "abc"))).toEqual({
    holds: true,
    observed: "/docker/network/v1.0/network/abc",
  });
  expect(compareKeys(inEtcd, identity, etcdSays("def"))).toEqual({
    holds: false,
    observed: "/docker/network/v1.0/network/def",
  });
  expect(compareKeys(inEtcd, identity, etcdSays())).toEqual({ holds: false, observed: "no network's key" });
  expect(compareKeys(inEtcd, "other abc overlay global", etcdSays("abc"))).toEqual({
    holds: false,
    observed: "there is no network my-overlay",
  });
  const missing = '{"errorCode":100,"message":"Key not found"}';
  expect(compareKeys(inEtcd, identity, missing)).toEqual({ holds: false, observed: missing });

  const inConsul = of("key in store", claims.keyInStore("host1", overlay, consul));
  expect(keysCommand(inConsul).at(-1)).toBe(
    "http://192.168.33.10:8500/v1/kv/docker/network/v1.0/network/?keys",
  );
  expect(compareKeys(inConsul, identity, '["docker/network/v1.0/network/abc/"]').holds).toBe(true);
  expect(compareKeys(inConsul, identity, '["docker/network/v1.0/network/abcd/"]').holds).toBe(false);
  expect(compareKeys(inConsul, identity, "")).toEqual({ holds: false, observed: "no answer" });
});

test("addresses of their own, in the network's subnet", () => {
  const distinct = of("distinct addresses", claims.distinctAddresses(overlay, ["box1", "box2"]));
  const links = (...addresses: string[]): Link[] =>
    addresses.map((local, index) => ({
      ifindex: index + 1,
      ifname: `eth${index}`,
      flags: [],
      addr_info: [{ local, prefixlen: 24 }],
    }));
  expect(
    compareDistinct(distinct, [links("172.18.0.2", "10.0.0.2"), links("10.0.0.3", "172.18.0.2")]),
  ).toEqual({
    holds: true,
    observed: "box1 10.0.0.2, box2 10.0.0.3",
  });
  expect(compareDistinct(distinct, [links("10.0.0.2"), links("10.0.0.2")]).holds).toBe(false);
  expect(compareDistinct(distinct, [links("10.0.0.2"), links("172.18.0.2", "fe80::1")])).toEqual({
    holds: false,
    observed: "box1 10.0.0.2, box2 none",
  });
});
