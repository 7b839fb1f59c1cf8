/** Compares the networks that several hosts share, as engines and key-value stores hold them, with a claim. */
import { z } from "zod";
import { contains, isSubnet, parseSubnet } from "../topology/addresses.ts";
import type { Inspection } from "../topology/claims/index.ts";
import type { Verdict } from "./comparisons.ts";
import type { Link } from "./links.ts";

type Of<Kind extends Inspection["kind"]> = Extract<Inspection, { kind: Kind }>;

/** The command that tells a network's name, id, driver and scope. For a name the engine also takes the beginning of an id. */
export function identityCommand(network: string): string[] {
  return ["docker", "network", "inspect", "--format", "{{.Name}} {{.Id}} {{.Driver}} {{.Scope}}", network];
}

/** Every host knows the network by the same id, as an overlay of this scope. */
export function compareIdentities(
  { hosts, network, scope }: Of<"shared network">,
  identities: readonly string[],
): Verdict {
  const told = identities.map((identity) => {
    const [name, id = "", ...kind] = identity.trim().split(" ");
    return name === network ? `${id.slice(0, 12)} ${kind.join(" ")}` : "absent";
  });
  const same = new Set(identities.map((identity) => identity.trim())).size === 1;
  return {
    holds: same && told[0]?.endsWith(` overlay ${scope}`) === true,
    observed: same ? (told[0] ?? "") : hosts.map((host, index) => `${host}: ${told[index] ?? ""}`).join(", "),
  };
}

/** The command that asks an engine for an overlay, and removes the overlay at once. */
export function tryOverlayCommand(): string[] {
  const script =
    'name=vethlab-try-$$; if docker network create --driver overlay "$name" 2>&1; then docker network rm "$name"; fi';
  return ["sh", "-c", script];
}

/** An engine without a store and without a Swarm says so. Any other error proves nothing. */
export function compareCreation({ accepted }: Of<"overlay creation">, said: string): Verdict {
  const [, error] = /Error response from daemon: (.+)/.exec(said) ?? [];
  const made = /^[0-9a-f]{64}$/m.test(said);
  return {
    holds: accepted ? made && error === undefined : error !== undefined && /not a swarm manager/i.test(error),
    observed: error ?? (made ? "made, and removed" : said || "no answer"),
  };
}

/** The path of the networks in a store, as libnetwork writes it. */
const NETWORKS = "docker/network/v1.0/network/";

/** The begin of the key of a network; the id of the network follows. */
export function keyPrefix(store: Of<"key in store">["store"]): string {
  return store === "etcd" ? `/${NETWORKS}` : NETWORKS;
}

/** The command that tells the keys of all networks in a store (etcd's API v2, Consul's API v1). */
export function keysCommand({ store, url }: Pick<Of<"key in store">, "store" | "url">): string[] {
  const path = store === "etcd" ? `/v2/keys/${NETWORKS}` : `/v1/kv/${NETWORKS}?keys`;
  return ["curl", "-sS", "--max-time", "3", `${url}${path}`];
}

const EtcdKeys = z.object({ node: z.object({ nodes: z.array(z.object({ key: z.string() })).default([]) }) });
const ConsulKeys = z.array(z.string());

/** The store has the key of the network that the engine knows by this identity. */
export function compareKeys(
  { store, network }: Of<"key in store">,
  identity: string,
  answered: string,
): Verdict {
  const keys = readKeys(store, answered);
  if (keys === undefined) return { holds: false, observed: answered.slice(0, 200) || "no answer" };
  const [name, id = ""] = identity.trim().split(" ");
  if (name !== network) return { holds: false, observed: `there is no network ${network}` };
  const key = keyPrefix(store) + id;
  return keys.includes(key)
    ? { holds: true, observed: key }
    : { holds: false, observed: keys.length === 0 ? "no network's key" : keys.join(", ") };
}

function readKeys(store: Of<"key in store">["store"], answered: string): string[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(answered);
  } catch {
    return undefined;
  }
  // Consul writes some keys as folders
  if (store === "consul") return ConsulKeys.safeParse(json).data?.map((key) => key.replace(/\/$/, ""));
  return EtcdKeys.safeParse(json).data?.node.nodes.map(({ key }) => key);
}

/** Each node has an address in the subnet, and no two have the same. */
export function compareDistinct(
  { nodes, subnet: cidr }: Of<"distinct addresses">,
  links: readonly (readonly Link[])[],
): Verdict {
  const subnet = parseSubnet(cidr);
  if (!isSubnet(subnet)) return { holds: false, observed: `${cidr}: ${subnet.reason}` };
  const addresses = links.map((ofNode) =>
    ofNode
      .flatMap(({ addr_info = [] }) => addr_info.map(({ local = "" }) => local))
      .find((address) => /^[\d.]+$/.test(address) && contains(subnet, address)),
  );
  const found = addresses.filter((address) => address !== undefined);
  return {
    holds: found.length === nodes.length && new Set(found).size === nodes.length,
    observed: nodes.map((node, index) => `${node} ${addresses[index] ?? "none"}`).join(", "),
  };
}
