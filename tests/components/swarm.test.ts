import { describe, expect, test } from "@jest/globals";
import type { Problem } from "../../topology/problems.ts";
import { declare, made } from "./mocked.ts";
import { absent, run } from "./ran.ts";
import { labHost } from "./lab-host.ts";

const lab = await import("../../components/index.ts");
const { imageReference } = await import("../../images/recipe.ts");

function twoHosts() {
  const { underlay, host1 } = labHost();
  return { host1, host2: new lab.ContainerHost("host2", { underlay }) };
}

function swarmOf(hosts: ReturnType<typeof twoHosts>) {
  const swarm = new lab.Swarm("swarm", { members: [{ host: hosts.host1 }, { host: hosts.host2 }] });
  const ngxNet = new lab.OverlayNetwork("ngx_net", { space: swarm, subnet: "10.10.0.0/16" });
  return { swarm, ngxNet };
}

test("ContainerHost engineVersion: another image", async () => {
  const found = await declare(() => {
    const { underlay } = labHost();
    new lab.ContainerHost("host2", { underlay, engineVersion: "26.1" });
  });
  expect(found.get("host2-container")?.inputs["image"]).toBe(imageReference("host-26"));
});

describe("Swarm", () => {
  test("the token is a secret that no command line has", async () => {
    const found = await declare(() => {
      swarmOf(twoHosts());
    });
    expect(found.get("swarm-init")?.inputs).toMatchObject({ logging: "none" });
    expect((await run(made(found, "swarm-init"))).calls).toEqual([
      "docker info --format \\{\\{.Swarm.LocalNodeState\\}\\}",
      "docker swarm init --advertise-addr 192.168.33.10 --listen-addr 192.168.33.10:2377 --dispatcher-heartbeat 5s",
      "docker swarm join-token --quiet worker",
    ]);
    const join = made(found, "swarm-host2-join");
    expect(join.inputs).toHaveProperty("stdin");
    // An engine that is in no Swarm, and does not come into one.
    const { calls, stderr } = await run(
      join,
      "create",
      'case "$*" in info*) echo inactive - 20.10.24 ;; *join*) echo no such Swarm; exit 1 ;; esac',
      "the-token",
    );
    expect(calls).toContain(
      "docker swarm join --token the-token --advertise-addr 192.168.33.11 192.168.33.10:2377",
    );
    expect(calls.at(-1)).toBe("docker swarm leave --force");
    expect(stderr).toBe("host2 cannot join the Swarm of host1: Docker says: no such Swarm");
    expect((await run(join, "delete")).calls).toEqual(["docker swarm leave --force"]);
  });

  test("role, availability, labels, heartbeatSeconds", async () => {
    const found = await declare(() => {
      const { host1, host2 } = twoHosts();
      new lab.Swarm("swarm", {
        members: [
          { host: host1, availability: "drain" },
          { host: host2, role: "manager", labels: { disk: "ssd" } },
        ],
        heartbeatSeconds: 2,
      });
    });
    expect((await run(made(found, "swarm-init"), "create", "echo active")).calls).toContain(
      "docker swarm update --dispatcher-heartbeat 2s",
    );
    const members = made(found, "swarm-members");
    // The mocks have no id of the second member.
    const environment = members.inputs["environment"] as Record<string, string>;
    const known = {
      ...environment,
      MEMBERS: String(environment["MEMBERS"]).replace("host2\t", "host2\tid2"),
    };
    const { calls } = await run(
      { inputs: { ...members.inputs, environment: known } },
      "create",
      'case "$*" in *State*) echo ready ;; *.ID*) [ "$3" != self ] || set id1; [ "$3" = "" ] || set "$3"; echo "$1" ;; *Labels*) echo old ;; "node ls"*) echo id1 id2 id3 ;; esac',
    );
    // What may have tasks is there before a node has to give its own away.
    expect(calls.filter((call) => / node (update|demote|rm) /.test(call))).toEqual([
      "docker node update --role manager --availability active --label-rm old --label-add disk=ssd --label-add vethlab.node=host2 id2",
      "docker node update --role manager --availability drain --label-rm old --label-add vethlab.node=host1 id1",
    ]);
  });

  test("the first member is a manager, a host is in it once, a heartbeat is in whole seconds", async () => {
    let problems: readonly { place: string }[] = [];
    await declare(() => {
      const { host1 } = twoHosts();
      // not the lab's own plan: what is wrong with it would end the program
      Object.defineProperty(host1.site, "check", { value: () => undefined });
      new lab.Swarm("swarm", {
        members: [{ host: host1, role: "worker" }, { host: host1 }],
        heartbeatSeconds: 0.5,
      });
      problems = host1.site.plan.problems();
    });
    expect(problems.map(({ place }) => place)).toEqual([
      "swarms.swarm.members",
      "swarms.swarm.members[0].role",
      "swarms.swarm.heartbeatSeconds",
    ]);
  });
});

describe("OverlayService", () => {
  test("each argument reaches the service", async () => {
    const found = await declare(() => {
      const { swarm, ngxNet } = swarmOf(twoHosts());
      const one = new lab.OverlayService("my-test", {
        swarm,
        networks: [ngxNet],
        image: "my/image",
        command: ["sh", "-c", "a b"],
        replicas: 5,
        ports: [{ external: 80, internal: 8080 }],
        constraints: ["node.labels.vethlab.node!=host3"],
        update: { parallelism: 0, delaySeconds: 2, order: "start-first", failureAction: "rollback" },
        rollback: { parallelism: 3 },
        convergeSeconds: 33,
      });
      new lab.OverlayService("everywhere", { swarm, networks: [ngxNet], replicas: "global", after: [one] });
      new lab.OverlayService("dnsrr", { swarm, networks: [ngxNet], endpointMode: "dnsrr" });
    });
    expect(made(found, "my-test-service")).toMatchObject({
      provider: expect.stringContaining("host1-engine") as unknown,
      inputs: {
        name: "my-test",
        labels: [
          { label: "vethlab.stack", value: "test-stack" },
          { label: "vethlab.lab", value: "some-lab" },
          { label: "vethlab.host", value: "host1-container-id" },
        ],
        mode: { replicated: { replicas: 5 } },
        taskSpec: {
          containerSpec: { image: "my/image", args: ["sh", "-c", "a b"] },
          networksAdvanceds: [{ id: "ngx_net-network-made" }],
          placement: { constraints: ["node.labels.vethlab.node!=host3"] },
        },
        endpointSpec: {
          mode: "vip",
          ports: [{ publishedPort: 80, targetPort: 8080, protocol: "tcp", publishMode: "ingress" }],
        },
        updateConfig: { parallelism: 0, delay: "2s", order: "start-first", failureAction: "rollback" },
        rollbackConfig: { parallelism: 3, delay: "0s", order: "stop-first", failureAction: "pause" },
      },
    });
    expect(made(found, "everywhere-service").inputs["mode"]).toEqual({ global: true });
    expect(made(found, "dnsrr-service").inputs).toMatchObject({
      mode: { replicated: { replicas: 1 } },
      taskSpec: { containerSpec: { image: imageReference("box") } },
      endpointSpec: { mode: "dnsrr", ports: [] },
    });
    expect(made(found, "my-test-tasks").inputs).toMatchObject({
      environment: { ID: "my-test-service-id", CONVERGE_SECONDS: "33" },
      stdin: expect.stringContaining('"replicas":5') as unknown,
    });
  });

  test("is waited for until all its tasks run", async () => {
    const found = await declare(() => {
      const { swarm, ngxNet } = swarmOf(twoHosts());
      new lab.OverlayService("my-test", { swarm, networks: [ngxNet], replicas: 2, convergeSeconds: 2 });
    });
    const wait = (answers: string) => run(made(found, "my-test-tasks"), "create", answers);
    expect(await wait('case "$*" in *"service ls"*) echo "2/2 (max 1 per node)" ;; esac')).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
    const failed = (id: string, status: number) =>
      `echo '${id} my-test.1 on host1: Failed 2 seconds ago: "exit (${status})"'`;
    const tasks = [
      '*"service ps --quiet"*) echo id1 id2 ;;',
      `*"service ps"*) ${failed("id1", 9)}; ${failed("id2", 1)} ;;`,
      // The first is of an earlier version.
      `*"type task"*) echo '"12:00" {"Args":["a"]} id1'; echo '"12:00" {"Args":["b"]} id2' ;;`,
      `*TaskTemplate*) echo '{"Args":["b"]}' ;;`,
    ].join(" ");
    expect(await wait(`case "$*" in ${tasks} *"service ls"*) echo 1/2 ;; esac`)).toMatchObject({
      exitCode: 1,
      stderr:
        "the service my-test has not converged within 2 s (1 of 2 tasks run):\n" +
        '  my-test.1 on host1: Failed: "exit (1)"',
    });
    expect(
      (await wait(`case "$*" in ${tasks} *UpdateStatus*) echo paused ;; *"service ls"*) echo 2/2 ;; esac`))
        .stderr,
    ).toContain("the service my-test has not converged: its update ended as paused:");
  });

  test("an ingress port with dnsrr, a foreign network, and half a replica are refused before anything is made", async () => {
    let problems: readonly { place: string; allowed: string }[] = [];
    await declare(() => {
      const { swarm, ngxNet } = swarmOf(twoHosts());
      Object.defineProperty(swarm.creator.site, "check", { value: () => undefined });
      const ports = [{ external: 80, internal: 80 }];
      new lab.OverlayService("a", { swarm, networks: [ngxNet], endpointMode: "dnsrr", ports });
      new lab.OverlayService("b", {
        swarm,
        networks: [ngxNet],
        endpointMode: "dnsrr",
        ports: [{ external: 81, internal: 80, mode: "host" }],
      });
      new lab.OverlayService("c", { swarm, networks: [], replicas: 1.5 });
      problems = swarm.creator.site.plan.problems();
    });
    expect(problems.map(({ place }) => place)).toEqual([
      "services.a.ports[0].mode",
      "services.c.networks",
      "services.c.replicas",
    ]);
    expect(problems[0]?.allowed).toContain("port published with ingress mode can't be used with dnsrr mode");
  });

  test("OverlayNetwork underlayMtuBytes, and what is left of it", async () => {
    const found = await declare(() => {
      const { swarm } = swarmOf(twoHosts());
      const net = (name: string, more: object) =>
        new lab.OverlayNetwork(name, { space: swarm, subnet: `10.${name.length}0.0.0/16`, ...more }).mtuBytes;
      expect(net("plain", {})).toBe(1450);
      expect(net("hidden", { encrypted: true })).toBe(1424);
      expect(net("smaller", { underlayMtuBytes: 1400 })).toBe(1350);
    });
    const words = async (name: string) =>
      (await run(made(found, `${name}-network`), "create", absent)).calls.at(-1);
    expect(await words("smaller")).toContain("--attachable=true --opt=com.docker.network.driver.mtu=1400 ");
    expect(await words("plain")).not.toContain("mtu");
    expect(await words("hidden")).toContain("--attachable=true --opt=encrypted= ");
  });

  test("boxes with addresses of their own on its networks: tasks get others", async () => {
    const found = await declare(() => {
      const { host1, host2 } = twoHosts();
      const { swarm, ngxNet } = swarmOf({ host1, host2 });
      new lab.OverlayService("api", { swarm, networks: [ngxNet] });
      new lab.Box("probe", { networks: [{ network: ngxNet.on(host2), ipv4Address: "10.10.0.5" }] });
    });
    expect(found.get("ngx_net-network")?.inputs["environment"]).toMatchObject({ RANGE: "10.10.128.0/17" });
    expect(found.get("ngx_net-network")?.inputs["triggers"]).toContain("10.10.128.0/17");
  });

  test("networks of its nodes leave ingress and docker_gwbridge alone, whichever is declared first", async () => {
    let problems: readonly Problem[] = [];
    await declare(() => {
      const hosts = twoHosts();
      Object.defineProperty(hosts.host1.site, "check", { value: () => undefined });
      new lab.BridgeNetwork("before", { host: hosts.host1, subnet: "172.18.0.0/16" });
      const { swarm } = swarmOf(hosts);
      new lab.BridgeNetwork("after", { host: hosts.host2, subnet: "172.18.4.0/24" });
      new lab.OverlayNetwork("first", { space: swarm, subnet: "10.0.0.0/24" });
      problems = hosts.host1.site.plan.problems();
    });
    expect(problems.map(({ place, allowed, fix }) => `${place} ${allowed}: ${fix}`)).toEqual([
      "networks.before.subnet overlaps 172.18.0.0/16 of docker_gwbridge of host1: use 172.19.0.0/16, which is free",
      "networks.after.subnet overlaps 172.18.0.0/16 of docker_gwbridge of host2: use 172.20.0.0/16, which is free",
      "networks.first.subnet overlaps 10.0.0.0/24 of ingress of swarm: use 172.21.0.0/16, which is free",
    ]);
  });

  test("the article's subnet has host bits set", async () => {
    let problems: readonly { fix: string }[] = [];
    await declare(() => {
      const { swarm } = swarmOf(twoHosts());
      Object.defineProperty(swarm.creator.site, "check", { value: () => undefined });
      new lab.OverlayNetwork("other", { space: swarm, subnet: "10.10.19.0/16" });
      problems = swarm.creator.site.plan.problems();
    });
    expect(problems.map(({ fix }) => fix)).toEqual(["write 10.10.0.0/16"]);
  });
});
