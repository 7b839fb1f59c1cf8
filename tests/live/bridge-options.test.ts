import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { tracesOf } from "../machine-state.ts";
import { startVethlab, vethlab } from "./vethlab.ts";

/** Everything that a bridge network can be told, each by its effect: one lab, brought up once. */

jest.setTimeout(120_000);

const lab = `
outside: {}
hosts: { host1: { engineVersion: "28.5" } }
networks:
  vault:
    subnet: 10.91.0.0/24
    ipRange: 10.91.0.128/25
    auxAddresses: { router: 10.91.0.129 }
    internal: true
    labels: { tier: back }
  apart: { subnet: 10.92.0.0/24, icc: false, bridgeName: br-apart, mtuBytes: 1400 }
  bare:
    subnet: 10.93.0.0/24
    masquerade: false
    hostBindingAddress: 127.0.0.1
    options: { com.docker.network.container_iface_prefix: lan }
  alone: { subnet: 10.94.0.0/24, internal: true, gatewayMode: isolated }
  routed: { subnet: 10.95.0.0/24, gatewayMode: routed }
boxes:
  vault1: { networks: [vault] }
  vault2: { networks: [vault], after: [vault1] }
  vault3: { networks: [{ network: vault, ipv4Address: 10.91.0.9 }] }
  apart1: { networks: [apart] }
  apart2: { networks: [apart] }
  bare1: { networks: [{ network: vault, ipv4Address: 10.91.0.10 }, bare], command: [vethlab-web], ports: [{ external: 8080, internal: 80 }] }
  alone1: { networks: [alone] }
  alone2: { networks: [alone] }
  routed1: { networks: [routed], command: [vethlab-web], ports: [{ external: 8081, internal: 80 }] }
claims:
  - vault1, vault2 and vault3 reach one another by name
  - vault1 has no way out
  - host1 reaches vault1
  - apart1 does not reach apart2
  - apart1 has a way out
  - bare1 has no way out
  - host1 reaches 127.0.0.1:8080
  - outside is refused by host1:8080
  - alone1 and alone2 reach one another
  - alone1 has no way out
  - routed1 has no way out
  - host1 reaches routed1:80
  - host1 is refused by host1:8081
`;
const folder = join(mkdtempSync(join(tmpdir(), "bridge-options-")), "bridge-options");
const file = join(folder, "networks.yaml");

/** What a command in a node prints. */
async function inNode(node: string, ...command: string[]): Promise<string> {
  return (await vethlab("exec", file, node, "--", ...command)).stdout.trimEnd();
}

beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(file, lab);
  const { code, stdout, stderr } = await vethlab("up", file);
  expect({ code, stdout, stderr }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/(\d+) of \1 claims hold/),
  });
});
afterAll(async () => {
  const down = await vethlab("down", file);
  rmSync(join(folder, ".."), { recursive: true });
  expect(down).toMatchObject({ code: 0 });
  expect(await tracesOf("bridge-options-networks.yaml")).toEqual([]);
});

test("the engine has each argument", async () => {
  const names = ["vault", "apart", "bare", "alone", "routed"];
  const networks = JSON.parse(await inNode("host1", "docker", "network", "inspect", ...names)) as unknown;
  expect(networks).toMatchObject([
    {
      Internal: true,
      IPAM: {
        Config: [
          {
            Subnet: "10.91.0.0/24",
            Gateway: "10.91.0.1",
            IPRange: "10.91.0.128/25",
            AuxiliaryAddresses: { router: "10.91.0.129" },
          },
        ],
      },
      Options: {},
      Labels: { tier: "back" },
    },
    {
      Internal: false,
      Options: {
        "com.docker.network.bridge.enable_icc": "false",
        "com.docker.network.bridge.name": "br-apart",
        "com.docker.network.driver.mtu": "1400",
      },
    },
    {
      Options: {
        "com.docker.network.bridge.enable_ip_masquerade": "false",
        "com.docker.network.bridge.host_binding_ipv4": "127.0.0.1",
        "com.docker.network.container_iface_prefix": "lan",
      },
    },
    { Internal: true, Options: { "com.docker.network.bridge.gateway_mode_ipv4": "isolated" } },
    { Options: { "com.docker.network.bridge.gateway_mode_ipv4": "routed" } },
  ]);
});

test("the engine hands out addresses of the range, and not the auxiliary one", async () => {
  const addresses = "{{range .Containers}}{{.Name}} {{.IPv4Address}};{{end}}";
  const told = await inNode("host1", "docker", "network", "inspect", "--format", addresses, "vault");
  expect(told.split(";").sort()).toEqual([
    "",
    "bare1 10.91.0.10/24",
    "vault1 10.91.0.128/24",
    "vault2 10.91.0.130/24",
    "vault3 10.91.0.9/24",
  ]);
});

test("bridge and interfaces have the name and the MTU", async () => {
  expect(await inNode("host1", "ip", "link", "show", "br-apart")).toContain("mtu 1400");
  expect(await inNode("apart1", "ip", "link", "show", "eth0")).toContain("mtu 1400");
  expect(await inNode("bare1", "ip", "-brief", "link")).toMatch(/^lan\d@/m);
});

test("the host has an address on each bridge but the isolated one", async () => {
  const addresses = await inNode("host1", "ip", "-4", "-brief", "address");
  expect(addresses).toContain("10.91.0.1/24");
  expect(addresses).not.toContain("10.94.0.");
});

test("packets arrive with the box's own address without masquerade, and in mode routed", async () => {
  const arrives = async (box: string, source: string) => {
    const capture = ["tcpdump", "-Z", "root", "-nn", "-c", "1", "-i", "any", "icmp", "and", "src", source];
    const { child, ended } = startVethlab(["exec", file, "outside", "--", "timeout", "30", ...capture]);
    await new Promise<void>((resolve) => {
      child.stderr?.on("data", (data: Buffer) => {
        if (data.includes("listening on")) resolve();
      });
      child.on("exit", () => {
        resolve();
      });
    });
    await inNode(box, "ping", "-c", "1", "-W", "1", "203.0.113.10");
    expect((await ended).stdout).toContain(`IP ${source} > 203.0.113.10`);
  };
  await Promise.all([arrives("bare1", "10.93.0.2"), arrives("routed1", "10.95.0.2")]);
});

test("ports are published by the network with the way out; one that routes takes none of the host", async () => {
  const ports = "{{json .NetworkSettings.Ports}}";
  const told = await inNode("host1", "docker", "inspect", "--format", ports, "bare1", "routed1");
  expect(told.split("\n").map((line) => JSON.parse(line) as unknown)).toEqual([
    { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] },
    { "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "" }] },
  ]);
});

test("a second up has nothing to do", async () => {
  expect((await vethlab("preview", file)).stdout).toContain("Nothing would change.");
});
