import { afterAll, expect, jest, test } from "@jest/globals";
import { expectRemoved } from "./gone.ts";
import { type Changes, expectHealed, onHost } from "./healed.ts";
import { inLabEnvironment, statusOf, vethlab } from "./vethlab.ts";

/** Labs that somebody has changed by hand: `status` calls them drifted, and one `up` makes each whole. */

/** Longest time of a lab with all that is done to it. */
jest.setTimeout(300_000);

const labs: Record<string, Changes> = {
  "user-bridge": {
    "a box is unplugged": onHost("docker network disconnect my-bridge box1"),
    "a box is plugged in secretly": onHost("docker network connect my-bridge box3"),
    "a foreign rule drops what is forwarded": onHost("iptables -I FORWARD -j DROP"),
    "a container is removed": onHost("docker rm -f box2"),
    "a network is made anew, with another subnet": onHost(
      "docker rm -f box1 box2; docker network rm my-bridge; docker network create --subnet 172.30.0.0/16 my-bridge",
    ),
  },
  "joined-web": {
    "the owner of a joined container's interfaces is restarted": onHost("docker restart -t 0 web1"),
  },
  "nat-egress": {
    "a declared rule is deleted": onHost(
      "iptables -t nat -D POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
    ),
  },
  "netns-veth": {
    "a link is down": onHost("ip -n ns1 link set veth-ns1 down"),
    "a route is deleted": onHost("ip -n ns1 route flush table main"),
    "a veth is deleted": onHost("ip -n ns1 link delete veth-ns1"),
    "a namespace is deleted": onHost("ip netns delete ns1"),
  },
};

const stackOf = (lab: string): string => `healing-${lab}-${process.pid}`;

afterAll(() => Promise.all(Object.keys(labs).map((lab) => vethlab("down", stackOf(lab)))));

test.each(Object.entries(labs))("%s", (lab, changes) => expectHealed(stackOf(lab), lab, changes));

test("what no comparison sees is found by the claims, and its hosts are built anew once", async () => {
  const stack = stackOf("user-bridge");
  const up = ["up", "user-bridge", "--stack", stack, "--json"];
  expect((await vethlab(...up)).code).toBe(0);
  await onHost("sysctl -qw net.ipv4.ip_forward=0")(stack);
  expect(await statusOf(stack)).toMatchObject({ health: "healthy" });
  const { code, stdout } = await vethlab(...up);
  expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
    code: 0,
    ok: true,
    repairs: [expect.stringMatching(/claims fail \(.*\), and nothing was changed: .* built anew, once$/)],
  });
  await expectRemoved(stack);
});

test("a network of the lab's name that is the user's is told before anything is made", async () => {
  const stack = `healing-net-${process.pid}`;
  const name = `vethlab-${stack}-underlay`;
  await inLabEnvironment("docker", "network", "create", "--subnet", "10.79.0.0/24", name);
  try {
    const { code, stderr } = await vethlab("up", "user-bridge", "--stack", stack);
    expect(code).toBe(2);
    expect(stderr).toContain("a network of this name is on the engine already");
    expect((await inLabEnvironment("docker", "network", "rm", name)).code).toBe(0);
  } finally {
    await inLabEnvironment("docker", "network", "rm", name);
    await expectRemoved(stack);
  }
});

test("a container of the lab's name that is the user's is told before anything is made", async () => {
  const stack = `healing-name-${process.pid}`;
  const name = `vethlab-${stack}-host1`;
  const image =
    (await inLabEnvironment("docker", "image", "ls", "-q", "vethlab/box")).stdout.split("\n")[0] ?? "";
  await inLabEnvironment("docker", "create", "--name", name, image);
  try {
    const { code, stderr } = await vethlab("up", "user-bridge", "--stack", stack);
    expect(code).toBe(2);
    expect(stderr).toContain(`${name}\n`);
    expect(stderr).toContain("a container of this name is on the engine already");
  } finally {
    await inLabEnvironment("docker", "rm", "--force", name);
    await expectRemoved(stack);
  }
});
