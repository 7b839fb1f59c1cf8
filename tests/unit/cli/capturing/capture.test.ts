import { describe, expect, test } from "@jest/globals";
import { captureCommand, type CaptureWish } from "../../../../cli/capturing/capture-command.ts";
import { TcpdumpWords } from "../../../../cli/capturing/tcpdump-words.ts";
import type { Topology } from "../../../../topology/document.ts";

const at = (
  address: string,
  network: string,
  name?: string,
): Topology["nodes"][number]["interfaces"][number] => ({
  network,
  address,
  prefixLength: 16,
  ...(name === undefined ? {} : { interface: name }),
});

const topology: Topology = {
  version: 1,
  stack: "demo",
  lab: "demo",
  hosts: [
    { name: "local", kind: "local" },
    {
      name: "host1",
      kind: "container",
      container: "vethlab-demo-host1",
      shell: ["docker", "exec", "-i", "vethlab-demo-host1"],
    },
  ],
  networks: [
    { name: "underlay", driver: "bridge", host: "local" },
    { name: "my-bridge", driver: "bridge", host: "host1" },
    { name: "veth", driver: "veth", host: "host1" },
    { name: "ov_net", driver: "overlay", host: "host1" },
  ],
  nodes: [
    { name: "host1", kind: "host", host: "host1", interfaces: [at("192.168.33.10", "underlay")] },
    {
      name: "box1",
      kind: "container",
      host: "host1",
      container: "b'ox1",
      interfaces: [at("172.18.0.2", "my-bridge")],
    },
    { name: "ns1", kind: "namespace", host: "host1", interfaces: [at("10.0.0.1", "veth", "veth-ns1")] },
    {
      name: "outside",
      kind: "container",
      host: "local",
      container: "vethlab-demo-outside",
      interfaces: [at("192.168.33.254", "underlay")],
    },
  ],
  drills: [],
  claims: [],
};
const capture = (where: string, wish: CaptureWish = { pcap: false }) =>
  captureCommand(topology, where, wish, { image: "box:1", home: "h" });

/** How scripts/capture.sh is called: its variables, its argument, tcpdump's options. */
function script(where: string, wish?: CaptureWish) {
  const words = capture(where, wish).command;
  const at = words.indexOf("env");
  const file = words.indexOf("capture.sh");
  const [argument, ...options] = words.slice(file + 1);
  return { enter: words.slice(0, at).join(" "), variables: words.slice(at + 1, file - 3), argument, options };
}

describe("captureCommand", () => {
  test("enters a node from its lab host", () => {
    const enter = "docker exec -i vethlab-demo-host1";
    expect(script("host1")).toMatchObject({ enter, argument: "here", options: ["-l"] });
    expect(script("host1").variables).toContain("INTERFACE=any");
    expect(script("ns1")).toMatchObject({ enter, argument: "namespace" });
    expect(script("ns1").variables).toEqual(["HOST=host1", "INTERFACE=any", "NAME=ns1"]);
    expect(script("box1")).toMatchObject({ enter, argument: "container" });
    expect(script("box1").variables).toContain("NAME=b'ox1");
  });

  test("captures on a network's bridge, and on a veth link at one of its ends", () => {
    expect(script("my-bridge")).toMatchObject({
      argument: "bridge",
      variables: ["HOST=host1", "NAME=my-bridge"],
    });
    expect(script("veth")).toMatchObject({
      argument: "namespace",
      variables: ["HOST=host1", "INTERFACE=veth-ns1", "NAME=ns1"],
    });
  });

  test("captures an overlay in the namespace that a host keeps for it", () => {
    expect(script("ov_net")).toMatchObject({
      argument: "overlay",
      variables: ["HOST=host1", "INTERFACE=br0", "NAME=ov_net"],
    });
    expect(script("ov_net@host1")).toEqual(script("ov_net"));
  });

  test("writes what was asked for; a filter is one word, whatever is in it", () => {
    expect(script("box1", { pcap: true, count: 3, filter: "icmp; rm -rf /" }).options).toEqual([
      ...["-U", "-w", "-", "-c", "3", "--"],
      "icmp; rm -rf /",
    ]);
  });

  test("lends its tools to a container of the user's engine, under labels of the stack", () => {
    const { command } = capture("outside");
    expect(command.slice(0, 6)).toEqual([
      "docker",
      "run",
      "--rm",
      "-i",
      "--network",
      "container:vethlab-demo-outside",
    ]);
    expect(command).toEqual(expect.arrayContaining(["vethlab.stack=demo", "vethlab.home=h", "NET_RAW"]));
    const image = command.indexOf("box:1");
    expect(command.slice(image - 2, image + 1)).toEqual(["--entrypoint", "env", "box:1"]);
    expect(command.slice(-2)).toEqual(["here", "-l"]);
  });

  test("does not enter the user's own machine, and says where else to capture", () => {
    expect(() => capture("underlay")).toThrow("Capture at one of its nodes: host1, outside");
    expect(() => capture("local")).toThrow("this machine itself");
    const ssh = { name: "host2", kind: "ssh" as const, shell: ["ssh", "machine"] };
    const onMachine = { ...topology, hosts: [...topology.hosts, ssh] };
    for (const where of ["host2", "ov_net@host2"]) {
      expect(() => captureCommand(onMachine, where, { pcap: false }, { image: "box:1", home: "h" })).toThrow(
        '"host2" is a machine of yours',
      );
    }
  });

  test("says what there is", () => {
    expect(() => capture("bxo1")).toThrow('did you mean "box1"?');
    expect(() => capture("ov_net@host9")).toThrow('did you mean "ov_net@host1"?');
  });
});

describe("TcpdumpWords", () => {
  test("tells errors from chatter", () => {
    const words = new TcpdumpWords();
    expect(words.read("tcpdump: can't parse filter expr")).toEqual([]);
    expect(words.read("ession: syntax error\n")).toEqual([]);
    expect(words.listening).toBe(false);
    expect(words.said).toEqual(["tcpdump: can't parse filter expression: syntax error"]);
  });

  test("counts", () => {
    const words = new TcpdumpWords();
    words.read(
      "tcpdump: data link type LINUX_SLL2\ntcpdump: verbose output suppressed, use -v[v]... for full protocol decode\nlistening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes\n",
    );
    expect(words.listening).toBe(true);
    expect(
      words.read("1 packet captured\n3 packets received by filter\n0 packets dropped by kernel\n"),
    ).toEqual([]);
    expect(words.said).toEqual([]);
    expect(words.summary).toBe("1 packet");
    words.read("tcpdump: pcap_loop: The interface disappeared\n2 packets dropped by kernel\n");
    expect(words.summary).toBe("1 packet (2 more came too fast and were missed)");
    expect(words.said).toEqual(["tcpdump: pcap_loop: The interface disappeared"]);
  });
});
