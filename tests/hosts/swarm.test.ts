import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { testClaims } from "../../checks/run.ts";
import { taskNames, tasksOn, tasksReach, tasksWalledOff } from "../../checks/claims.ts";
import { labEnvironment } from "../../toolchain/environment.ts";
import type { Topology } from "../../topology/document.ts";
import { Stack } from "../live/stack.ts";
import { inLabEnvironment } from "../live/vethlab.ts";

jest.setTimeout(180_000);

const stack = new Stack("test-swarm-claims", "swarm-overlay");
const host = (name: string) => `vethlab-${stack.name}-${name}`;

/** A shell script on a lab host. */
async function on(name: string, script: string): Promise<string> {
  const { code, stdout, stderr } = await inLabEnvironment(
    "docker",
    "exec",
    host(name),
    "bash",
    "-ec",
    script,
  );
  if (code !== 0) throw new Error(`on ${name}: ${stderr}`);
  return stdout.trim();
}

const settled = `sleep 1; timeout 60 sh -c 'until [ -z "$(docker service ls --format "{{.Replicas}}" | sed "s,^\\([0-9]*\\)/\\1$,,")" ]; do sleep 0.2; done'`;
/** Words before a command that run it in the network of the first task of a service on the host. */
const inTask = (service: string) =>
  `nsenter -n -t $(docker inspect -f '{{.State.Pid}}' $(docker ps -q -f label=com.docker.swarm.service.name=${service} | head -n 1))`;

const nets = { my: "ngx_net", other: "other_net" };
const claims = {
  names: taskNames("my-test2", "my-test", nets.my),
  reach: tasksReach("my-test", "my-test", nets.my),
  wall: tasksWalledOff(["stranger", nets.other], ["my-test", nets.my]),
  placement: tasksOn("my-test2", { host3: 0 }),
};
type Name = keyof typeof claims;

async function flipped(topology: Topology): Promise<Name[]> {
  const env = { ...process.env, ...(await labEnvironment()) };
  const names = Object.keys(claims) as Name[];
  const { results } = await testClaims(
    { ...topology, claims: Object.values(claims) },
    { env, deadlineSeconds: 20 },
  );
  return names.filter((_, index) => results[index]?.holds !== true);
}

describe("claims about services", () => {
  let topology: Topology;
  let hostOfTest2: string;

  beforeAll(async () => {
    await stack.init();
    await stack.up();
    topology = await stack.topology();
    hostOfTest2 = await on(
      "host1",
      "docker service ps -f desired-state=running --format '{{.Node}}' my-test2",
    );
  });
  afterAll(() => stack.remove());

  test("all hold", async () => {
    expect(await flipped(topology)).toEqual([]);
  });

  test("a task that gets no answer of its name server", async () => {
    const rule = "OUTPUT -d 127.0.0.11 -j DROP";
    await on(hostOfTest2, `${inTask("my-test2")} iptables -I ${rule}`);
    expect(await flipped(topology)).toEqual(["names"]);
    await on(hostOfTest2, `${inTask("my-test2")} iptables -D ${rule}`);
  });

  test("a task that answers nobody: those who ask it, and the wall's control", async () => {
    const rule = "INPUT -p icmp --icmp-type echo-request -j DROP";
    await on("host1", `${inTask("my-test")} iptables -I ${rule}`);
    expect(await flipped(topology)).toEqual(["reach", "wall"]);
    await on("host1", `${inTask("my-test")} iptables -D ${rule}`);
  });

  test("a task where there should be none", async () => {
    await on(
      "host1",
      `docker node update --availability active host3; docker service scale -d my-test2=6; ${settled}`,
    );
    expect(await flipped(topology)).toEqual(["placement"]);
    await on(
      "host1",
      `docker service scale -d my-test2=1; docker node update --availability drain host3; ${settled}`,
    );
  });

  test("a wall with a hole", async () => {
    await on("host1", `docker service update -d --network-add ngx_net stranger; ${settled}`);
    expect(await flipped(topology)).toEqual(["wall"]);
  });
});
