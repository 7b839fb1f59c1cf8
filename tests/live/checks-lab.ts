import { execFileSync } from "node:child_process";
import { imageReference } from "../../images/recipe.ts";
import { hostOptions } from "../../images/host-capabilities.ts";
import { STACK_LABEL } from "../../topology/labels.ts";
import type { Topology, TopologyNode } from "../../topology/document.ts";

/** A lab by hand: plain docker and ip, so that checks/ is tested alone. */
const STACK = `checks-live-${process.pid}`;
const HOST = `${STACK}-host1`;
const OUTSIDE = `${STACK}-outside`;
const LABELS = ["--label", `${STACK_LABEL}=${STACK}`];

/** The engine that the tests run on. */
export const env = {
  ...process.env,
  DOCKER_HOST: process.env["DOCKER_HOST"] ?? "unix:///run/vethlab/docker.sock",
};

/** docker on the user's engine. */
export function docker(...words: string[]): string {
  return execFileSync("docker", words, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** A shell script on the lab host. */
export function onHost(script: string): string {
  return docker("exec", HOST, "bash", "-ec", script);
}

/** On the user's engine. */
export const hostContainer = HOST;
export const outsideContainer = OUTSIDE;

/** The engine of the user runs two boxes of its own: a lab on host kind "local". */
export function buildLocalLab(): Omit<Topology, "claims"> {
  docker("network", "create", ...LABELS, "--subnet", `10.78.${process.pid % 256}.0/24`, `${STACK}-local`);
  const nodes = ["box1", "box2"].map((name): TopologyNode => {
    const container = `${STACK}-${name}`;
    docker(
      ...[
        "run",
        "-d",
        "--name",
        container,
        ...LABELS,
        "--network",
        `${STACK}-local`,
        "--network-alias",
        name,
      ],
      ...[imageReference("box"), "vethlab-idle"],
    );
    const address = docker(
      "inspect",
      "-f",
      "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
      container,
    );
    return {
      name,
      kind: "container",
      host: "local",
      container,
      interfaces: [{ network: "net", address, prefixLength: 16 }],
    };
  });
  return {
    version: 1,
    stack: STACK,
    lab: "checks-live",
    hosts: [{ name: "local", kind: "local" }],
    networks: [],
    drills: [],
    nodes,
  };
}

/** Two boxes on my-bridge; box3, web and what is joined to it on docker0; ns1 and ns2 on a veth pair. */
export function buildLab(): Omit<Topology, "claims"> {
  // Not the engine's choice: that may be a subnet of what stands in the host.
  docker("network", "create", ...LABELS, "--subnet", `10.77.${process.pid % 256}.0/24`, STACK);
  const box = imageReference("box");
  docker(
    ...["run", "-d", "--name", OUTSIDE, ...LABELS, "--network", STACK, "--cap-add", "NET_ADMIN"],
    ...["-e", "OUTSIDE_ADDRESS=203.0.113.10", box, "vethlab-outside"],
  );
  const outside = docker(
    "inspect",
    "-f",
    `{{(index .NetworkSettings.Networks "${STACK}").IPAddress}}`,
    OUTSIDE,
  );
  docker(
    ...[
      "run",
      "-d",
      "--name",
      HOST,
      "--hostname",
      "host1",
      ...LABELS,
      "--network",
      STACK,
      "--tmpfs",
      "/run/vethlab",
    ],
    ...hostOptions,
    ...[
      "-v",
      "/var/lib/docker",
      "-e",
      "VETHLAB_DNS=203.0.113.10",
      "-e",
      `VETHLAB_ROUTES=203.0.113.10/32 via ${outside}`,
    ],
    imageReference("host"),
  );
  onHost(`
    timeout 120 sh -c 'until curl -sf --unix-socket /var/run/docker.sock http://d/_ping; do sleep 0.1; done'
    docker image inspect ${box} >/dev/null
    # the engine sets this only where it had to turn forwarding on
    iptables -P FORWARD DROP
    docker network create --subnet 172.28.0.0/16 my-bridge
    docker network create --subnet 172.29.0.0/16 spare
    run() { docker run -d --name "$1" --hostname "$1" --network "$2" ${box} "\${@:3}"; }
    run box1 my-bridge vethlab-idle
    run box2 my-bridge vethlab-idle
    run box3 bridge vethlab-idle
    # a web server that can be killed without its container
    run web bridge sh -c 'vethlab-web & exec vethlab-idle'
    docker run -d --name joined --network container:web ${box} vethlab-idle
    for ns in ns1 ns2; do ip netns add $ns; ip -n $ns link set lo up; done
    ip link add veth1 netns ns1 type veth peer name veth2 netns ns2
    ip -n ns1 address add 192.168.1.1/24 dev veth1; ip -n ns1 link set veth1 up
    ip -n ns2 address add 192.168.1.2/24 dev veth2; ip -n ns2 link set veth2 up
    ln -s /proc/$(docker inspect -f '{{.State.Pid}}' box3)/ns/net /run/netns/box3
    peer=$(docker exec box3 cat /sys/class/net/eth0/iflink)
    grep -lx $peer /sys/class/net/*/ifindex | cut -d/ -f5 >/tmp/veth-of-box3
  `);
  const address = (name: string, network: string) =>
    onHost(`docker inspect -f '{{(index .NetworkSettings.Networks "${network}").IPAddress}}' ${name}`);
  const container = (name: string, network: string): TopologyNode => ({
    name,
    kind: "container",
    host: "host1",
    container: name,
    interfaces: [{ network, address: address(name, network), prefixLength: 16 }],
  });
  const namespace = (name: string, interfaceName: string, at: string): TopologyNode => ({
    name,
    kind: "namespace",
    host: "host1",
    interfaces: [{ network: "veth", interface: interfaceName, address: at, prefixLength: 24 }],
  });
  const docker0 = JSON.parse(onHost("ip -json address show docker0")) as [{ addr_info: [{ local: string }] }];
  return {
    version: 1,
    stack: STACK,
    lab: "checks-live",
    hosts: [{ name: "host1", kind: "container", container: HOST, shell: ["docker", "exec", "-i", HOST] }],
    networks: [],
    drills: [],
    nodes: [
      {
        name: "host1",
        kind: "host",
        host: "host1",
        interfaces: [
          { network: "my-bridge", address: "172.28.0.1", prefixLength: 16 },
          { network: "bridge", address: docker0[0].addr_info[0].local, prefixLength: 16 },
        ],
      },
      container("box1", "my-bridge"),
      container("box2", "my-bridge"),
      container("box3", "bridge"),
      container("web", "bridge"),
      { name: "joined", kind: "container", host: "host1", container: "joined", joins: "web", interfaces: [] },
      namespace("ns1", "veth1", "192.168.1.1"),
      namespace("ns2", "veth2", "192.168.1.2"),
    ],
  };
}

/** Removes what this run of the test made, by its label. */
export function removeLab(): void {
  const label = `label=${STACK_LABEL}=${STACK}`;
  const containers = docker("ps", "-aq", "--filter", label).split("\n").filter(Boolean);
  if (containers.length > 0) docker("rm", "-fv", ...containers);
  const networks = docker("network", "ls", "-q", "--filter", label).split("\n").filter(Boolean);
  if (networks.length > 0) docker("network", "rm", ...networks);
}
