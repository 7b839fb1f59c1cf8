import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { SshMachines } from "../ssh-machine/ssh-machine.ts";
import { project } from "../../toolchain/project.ts";
import { killTree, startVethlab, vethlab } from "../live/vethlab.ts";

/** Labs of a Swarm on three machines of the user's, here containers with an SSH server and an engine. */

const stack = `ssh-swarm-${process.pid}`;
const machines = new SshMachines(3);
const all = [0, 1, 2];
const mark = `vethlab-${stack}-swarm`;

jest.setTimeout(300_000);

/** The arguments of `up` and `preview`. */
const swarm = (...more: string[]): string[] => [
  ...["swarm-overlay", "--stack", stack, "-c", "host=ssh", "-c", `machines=${machines.machines}`],
  ...["-c", `sshConfig=${machines.config}`, ...more.flatMap((one) => ["-c", one])],
];
const sh = (index: number, script: string): Promise<string> => machines.on(index, "sh", "-c", script);

/** All that a lab could leave on a machine. */
function everything(index: number): Promise<string> {
  const asked = [
    "docker info --format '{{.Swarm.LocalNodeState}}'; docker ps --all --format '{{.Names}}'",
    "docker network ls --format '{{.ID}} {{.Name}}'; docker volume ls --quiet",
    "docker image ls --all --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}'",
    "iptables-save | grep -v '^#' | sed 's/ *\\[[0-9:]*\\]//'; ip -o link | cut -d: -f2; ip netns; ls /tmp",
  ];
  return sh(index, asked.join("; "));
}
const everywhere = (): Promise<string[]> => Promise.all(all.map(everything));

/** What `--json` printed. */
const told = ({ stdout }: { stdout: string }): unknown => JSON.parse(stdout);

let before: string[] = [];
beforeAll(async () => {
  await machines.start();
  before = await everywhere();
}, 300_000);
afterAll(async () => {
  await vethlab("down", stack);
  await machines.remove();
});

describe("is refused before anything is made", () => {
  test("a machine that is in a Swarm already, which stays in it", async () => {
    const settled =
      "timeout 20 sh -c 'until docker network inspect ingress docker_gwbridge; do sleep 0.1; done'";
    await sh(1, `docker swarm init && ${settled} && sleep 1`);
    const standing = await everywhere();
    const { code, stderr } = await vethlab("up", ...swarm());
    expect(await everywhere()).toEqual(standing);
    await sh(1, "docker swarm leave --force; docker network rm docker_gwbridge");
    const [, second] = machines.machines.split(",");
    expect(stderr).toContain(`config.machines: ${second ?? ""}\n    its engine is in a Swarm already`);
    expect(code).not.toBe(0);
  });

  test("larger packets than their interfaces send, and a subnet that is in use on one", async () => {
    const { code, stderr } = await vethlab(
      "preview",
      ...swarm("mtu=9000", `subnet=${machines.addresses[2] ?? ""}/32`),
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain("networks.other_net.underlayMtuBytes: 9000");
    expect(stderr).toMatch(/networks\.ngx_net\.subnet: [\d./]+\n\s+overlaps/);
  });
});

describe("stands", () => {
  test("and its claims hold", async () => {
    const ended = await vethlab("up", ...swarm(), "--json");
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
    const { addresses, report } = told(ended) as {
      addresses: Record<string, Record<string, { address: string }>>;
      report: { ok: boolean; results: unknown[] };
    };
    expect(report.ok).toBe(true);
    expect(report.results).toHaveLength(12);
    expect(all.map((index) => addresses[`host${index + 1}`]?.["underlay"]?.address)).toEqual(
      machines.addresses,
    );
  });

  test("names are the stack's, everything of it has its labels, and the lab's names answer", async () => {
    expect(await sh(0, "docker service ls --format '{{.Name}}' | sort")).toBe(
      ["my-test", "my-test2", "stranger"].map((name) => `vethlab-${stack}-${name}`).join("\n"),
    );
    const labelled = `--filter label=vethlab.stack=${stack} --filter label=vethlab.home`;
    expect(await sh(0, `docker network ls ${labelled} --format '{{.Name}}' | sort`)).toBe(
      ["ngx_net", "other_net"].map((name) => `vethlab-${stack}-${name}`).join("\n"),
    );
    for (const index of all) expect(await sh(index, `docker volume ls --quiet ${labelled}`)).toBe(mark);
    const { stdout } = await vethlab(
      ...["exec", stack, "host1", "--", "sh", "-c"],
      `docker exec $(docker ps -q -f label=com.docker.swarm.service.name=vethlab-${stack}-my-test | head -n 1) getent ahostsv4 tasks.my-test`,
    );
    expect(new Set(stdout.match(/10\.10\.\d+\.\d+/g)).size).toBe(5);
  });

  test("a second up has nothing to do", async () => {
    const again = told(await vethlab("up", stack, "--json")) as { changes: Record<string, number> };
    expect(again).toMatchObject({ ok: true, repairs: [] });
    expect(Object.keys(again.changes).filter((change) => change !== "same")).toEqual([]);
    expect((await vethlab("preview", stack)).stdout).toContain("Nothing would change.");
    expect(told(await vethlab("status", stack, "--json"))).toMatchObject({ health: "healthy", findings: [] });
  });

  test("a setting is changed in place, as its preview says", async () => {
    expect(told(await vethlab("preview", stack, "-c", "replicas=7", "--json"))).toMatchObject({
      changes: [
        { op: "update", name: "my-test", arguments: [{ argument: "replicas", before: 5, after: 7 }] },
      ],
    });
    expect((await vethlab("up", stack, "-c", "replicas=7")).code).toBe(0);
    expect(
      await sh(
        0,
        `docker service ls --filter name=vethlab-${stack}-my-test --format '{{.Name}} {{.Replicas}}'`,
      ),
    ).toContain(`vethlab-${stack}-my-test 7/7`);
  });

  test("a way between machines that loses large packets is seen, where small ones pass", async () => {
    const rule = "INPUT -p udp --dport 4789 -m length --length 1451:65535 -j DROP";
    await sh(1, `iptables -I ${rule}`);
    const { code, stdout } = await vethlab("verify", stack, "--json");
    await sh(1, `iptables -D ${rule}`);
    const { results } = JSON.parse(stdout) as { results: { claim: string; holds: boolean }[] };
    expect(results.filter(({ holds }) => !holds).map(({ claim }) => claim)).toEqual([
      "packets of up to 1450 bytes pass between tasks of my-test on ngx_net",
    ]);
    expect(code).toBe(1);
  });
});

describe("down leaves the machines as they were", () => {
  test("with what somebody else has there", async () => {
    await sh(2, "docker network create somebodys; docker volume create somebodys");
    expect(await vethlab("down", stack)).toMatchObject({ code: 0, stderr: "" });
    await sh(2, "docker network rm somebodys; docker volume rm somebodys");
    expect(await everywhere()).toEqual(before);
  });

  test("after an up that was killed, was gone on with, and has lost its record", async () => {
    const { child, ended } = startVethlab(["up", ...swarm()]);
    await sh(
      0,
      "timeout 120 sh -c 'until docker service ls --quiet 2>/dev/null | grep -q .; do sleep 0.2; done'",
    );
    killTree(child.pid ?? 0);
    await ended;
    expect(told(await vethlab("status", stack, "--json"))).toMatchObject({ health: "interrupted" });
    const goneOn = await vethlab("up", stack, "--json");
    expect(goneOn.code === 0 ? "" : goneOn.stdout + goneOn.stderr).toBe("");
    writeFileSync(join(join(project.home, "state"), ".pulumi", "stacks", "vethlab", `${stack}.json`), "{");
    expect(await vethlab("down", stack)).toMatchObject({ code: 0, stderr: "" });
    expect(await everywhere()).toEqual(before);
  });
});

test("swarm-dnsrr stands on the same machines, is changed, and goes without a trace", async () => {
  const dnsrr = ["swarm-dnsrr", "--stack", stack, "-c", "host=ssh", "-c", `machines=${machines.machines}`];
  const ended = await vethlab("up", ...dnsrr, "-c", `sshConfig=${machines.config}`, "--json");
  expect(ended.code === 0 ? "" : ended.stdout + ended.stderr).toBe("");
  const { report } = told(ended) as { report: { results: { claim: string; holds: boolean }[] } };
  expect(report.results.map(({ claim }) => claim)).toContain("my-dnsrr-nginx has no virtual address");
  expect((await vethlab("up", stack, "-c", "replicas=4")).code).toBe(0);
  expect(await vethlab("down", stack)).toMatchObject({ code: 0, stderr: "" });
  expect(await everywhere()).toEqual(before);
});
