import { describe, expect, test } from "@jest/globals";
import { LabError } from "../../../topology/problems.ts";
import { Plan } from "../../../topology/plan.ts";

/** The text that a user reads, for a plan that is built by `ask`. */
function report(ask: (plan: Plan) => void): string {
  const plan = new Plan();
  ask(plan);
  const problems = plan.problems();
  return problems.length === 0 ? "" : new LabError(problems).message;
}

const myBridge = {
  key: "n",
  place: "networks.my-bridge",
  name: "my-bridge",
  subnet: "172.18.0.0/16",
  realms: ["host1"],
};

describe("a plan without problems", () => {
  test("reports nothing", () => {
    expect(
      report((plan) => {
        plan.inUse("172.17.0.0/16", "docker0", "host1");
        plan.network(myBridge);
        plan.member({ network: "n", place: "boxes.box1", node: "box1", address: "172.18.0.2" });
        plan.member({ network: "n", place: "boxes.box2", node: "box2" });
        plan.name({ scope: "nodes", place: "boxes.box1", name: "box1", kind: "container" });
      }),
    ).toBe("");
  });

  test("subnets of different realms may overlap", () => {
    expect(
      report((plan) => {
        plan.network(myBridge);
        plan.network({ ...myBridge, key: "m", realms: ["host2"] });
      }),
    ).toBe("");
  });
});

describe("subnets", () => {
  test.each([
    ["10.10.19.0/16", "has host bits set: 10.10.19.0 is an address inside the subnet", "write 10.10.0.0/16"],
    ["172.18.0.0", "a subnet is written as an IPv4 CIDR", "for example 172.18.0.0/16"],
    ["172.18.0.0/33", "a subnet is written as an IPv4 CIDR", "for example 172.18.0.0/16"],
    ["fd00::/64", "a subnet is written as an IPv4 CIDR", "for example 172.18.0.0/16"],
    ["my-subnet", "a subnet is written as an IPv4 CIDR", "for example 172.18.0.0/16"],
    ["172.18.0.0/31", "too small: it must hold at least two addresses", "use /30 or larger"],
  ])("%s", (subnet, allowed, fix) => {
    const plan = new Plan();
    plan.network({ ...myBridge, subnet });
    expect(plan.problems()).toEqual([{ place: "networks.my-bridge.subnet", value: subnet, allowed, fix }]);
  });

  test("an overlap offers the first free one of those that may be taken", () => {
    const plan = new Plan();
    plan.inUse("192.168.33.0/24", "eth0, which is in use on this machine", "host1");
    plan.network({
      ...myBridge,
      subnet: "192.168.33.0/24",
      offered: ["192.168.33.0/25", "192.168.34.0/24"],
    });
    expect(plan.problems()).toMatchObject([{ fix: "use 192.168.34.0/24, which is free" }]);
  });

  test("an overlap names both and offers a free one", () => {
    expect(
      report((plan) => {
        plan.inUse("172.18.0.0/16", "shop_default, which is in use on this machine", "host1");
        plan.network({ ...myBridge, subnet: "172.18.128.0/24" });
      }),
    ).toBe(
      [
        "There is a problem:",
        "  networks.my-bridge.subnet: 172.18.128.0/24",
        "    overlaps 172.18.0.0/16 of shop_default, which is in use on this machine",
        "    fix: use 172.19.0.0/16, which is free",
      ].join("\n"),
    );
  });

  test("what is told to be free is not what a later network has, nor what another fix offers", () => {
    const plan = new Plan();
    plan.inUse("172.18.0.0/16", "eth0, which is in use on this machine", "host1");
    plan.network(myBridge);
    plan.network({ ...myBridge, key: "m", place: "networks.m", subnet: "172.18.5.0/24" });
    plan.network({ ...myBridge, key: "o", place: "networks.o", subnet: "172.19.0.0/16" });
    expect(plan.problems().map(({ place, fix }) => [place, fix])).toEqual([
      ["networks.my-bridge.subnet", "use 172.20.0.0/16, which is free"],
      ["networks.m.subnet", "use 172.21.0.0/16, which is free"],
    ]);
  });

  test("what an engine takes by itself, before a network is declared and after it", () => {
    const clash = {
      place: "networks.my-bridge.subnet",
      value: "172.18.0.0/16",
      allowed: "overlaps 172.18.0.0/16 of docker_gwbridge of host1",
      fix: "use 172.19.0.0/16, which is free",
    };
    const steps = [
      (plan: Plan) => {
        plan.engineTakes("docker_gwbridge of host1", "host1");
        plan.engineTakes("docker_gwbridge of host1", "host1");
      },
      (plan: Plan) => {
        plan.network(myBridge);
      },
    ];
    for (const order of [steps, steps.toReversed()]) {
      const plan = new Plan();
      plan.inUse("172.17.0.0/16", "docker0 of host1", "host1");
      for (const step of order) step(plan);
      expect(plan.problems()).toEqual([clash]);
    }
  });

  test("an engine takes the first that is not in use", () => {
    const plan = new Plan();
    plan.inUse("172.16.0.0/14", "the underlay", "host1");
    plan.engineTakes("docker_gwbridge of host1", "host1");
    plan.network({ ...myBridge, subnet: "172.20.4.0/24" });
    expect(plan.problems()[0]?.allowed).toBe("overlaps 172.20.0.0/16 of docker_gwbridge of host1");
  });

  test("more nodes than addresses", () => {
    expect(
      report((plan) => {
        plan.network({ ...myBridge, subnet: "172.18.0.0/30" });
        plan.member({ network: "n", place: "boxes.box1", node: "box1" });
        plan.member({ network: "n", place: "boxes.box2", node: "box2" });
      }),
    ).toContain("too small: it has addresses for 1 nodes, and more are planned on it");
  });
});

describe("addresses", () => {
  test.each([
    ["172.19.0.2", "lies outside the network's subnet 172.18.0.0/16"],
    ["172.18.0.0", "is the network address of 172.18.0.0/16"],
    ["172.18.255.255", "is the broadcast address of 172.18.0.0/16"],
    ["172.18.0.1", "is already the address of the network's gateway"],
    ["172.18.0.2", "is already the address of box1"],
    ["box9", "is no IPv4 address"],
  ])("%s", (address, allowed) => {
    const plan = new Plan();
    plan.network(myBridge);
    plan.member({ network: "n", place: "boxes.box1", node: "box1", address: "172.18.0.2" });
    plan.member({ network: "n", place: "boxes.box2", node: "box2", address });
    expect(plan.problems()).toMatchObject([{ place: "boxes.box2", value: address, allowed }]);
    expect(plan.problems()[0]?.fix).toMatch(
      /^use (one from 172\.18\.0\.1 to 172\.18\.255\.254|172\.18\.0\.3, which is free)$/,
    );
  });

  test("an address that is told to be free is not that of a later box, nor offered twice", () => {
    const plan = new Plan();
    plan.network(myBridge);
    const addresses = ["172.18.0.2", "172.18.0.2", "172.18.0.1", "172.18.0.3"];
    for (const [index, address] of addresses.entries())
      plan.member({ network: "n", place: `boxes.box${index}`, node: `box${index}`, address });
    expect(plan.problems().map(({ place, fix }) => [place, fix])).toEqual([
      ["boxes.box1", "use 172.18.0.4, which is free"],
      ["boxes.box2", "use 172.18.0.5, which is free"],
    ]);
  });

  /** A network with nodes that have asked for addresses, and others that have not: `-` unplugged ones. */
  function mixed(subnet: string, ...nodes: string[]): Plan {
    const plan = new Plan();
    plan.network({ ...myBridge, subnet });
    for (const [index, node] of nodes.entries()) {
      const address = node.replace("-", "");
      plan.member({
        network: "n",
        place: `boxes.box${index}`,
        node: `box${index}`,
        ...(address === "" ? {} : { address }),
        plugged: !node.startsWith("-"),
      });
    }
    return plan;
  }

  test.each([
    ["nobody asks for one", ["", ""], undefined],
    ["everybody asks for one", ["172.28.5.2", "172.28.5.3"], undefined],
    ["some do", ["", "172.28.5.2", ""], "172.28.5.128/25"],
    ["one that does is not plugged in now", ["", "-172.28.5.2"], "172.28.5.128/25"],
    ["one that does not is not plugged in now", ["-", "172.28.5.2"], "172.28.5.128/25"],
  ])("what the engine hands out where %s", (_, nodes, range) => {
    const plan = mixed("172.28.5.0/24", ...nodes);
    expect(plan.problems()).toEqual([]);
    expect(plan.handOut("n")).toBe(range);
  });

  /** As `mixed`, with addresses that are kept. */
  function kept(more: { ipRange?: string; auxAddresses?: Record<string, string> }, ...nodes: string[]): Plan {
    const plan = new Plan();
    plan.network({ ...myBridge, key: "n", subnet: "172.28.5.0/24", ...more });
    for (const [index, address] of nodes.entries())
      plan.member({
        network: "n",
        place: `boxes.box${index}`,
        node: `box${index}`,
        ...(address === "" ? {} : { address }),
      });
    return plan;
  }
  const told = (plan: Plan) =>
    plan.problems().map(({ place, value, allowed, fix }) => `${place}: ${value} ${allowed}; ${fix}`);

  test.each([
    ["nobody is there", []],
    ["nobody asks for one", ["", ""]],
    ["everybody asks for one", ["172.28.5.201"]],
    ["some ask for one beside it", ["", "172.28.5.2"]],
  ])("what the engine hands out of a given range where %s", (_, nodes) => {
    const plan = kept({ ipRange: "172.28.5.192/26" }, ...nodes);
    expect(told(plan)).toEqual([]);
    expect(plan.handOut("n")).toBe("172.28.5.192/26");
  });

  test("some ask for one of a given range: a part of it without these", () => {
    const plan = kept({ ipRange: "172.28.5.192/26" }, "", "172.28.5.201");
    expect(told(plan)).toEqual([]);
    expect(plan.handOut("n")).toBe("172.28.5.224/27");
  });

  test.each([
    [
      "172.28.6.0/25",
      "does not lie within the network's subnet 172.28.5.0/24; use a part of it, for example 172.28.5.128/25",
    ],
    [
      "172.28.0.0/16",
      "does not lie within the network's subnet 172.28.5.0/24; use a part of it, for example 172.28.5.128/25",
    ],
    ["172.28.5.9/25", "has host bits set: 172.28.5.9 is an address inside the subnet; write 172.28.5.0/25"],
    ["172.28.5.9-12", "a subnet is written as an IPv4 CIDR; for example 172.28.5.128/25"],
  ])("no range of the subnet: %s", (ipRange, wrong) => {
    expect(told(kept({ ipRange }))).toEqual([`networks.my-bridge.ipRange: ${ipRange} ${wrong}`]);
  });

  test("a range that is too small for those that ask for no certain address", () => {
    const auxAddresses = { router: "172.28.5.3" };
    const fix = "use a prefix shorter than /30, or give each box on it an address (ipv4Address)";
    // Beside network address, gateway and router it has one.
    expect(told(kept({ ipRange: "172.28.5.0/30", auxAddresses }, "", "172.28.5.9"))).toEqual([]);
    expect(told(kept({ ipRange: "172.28.5.0/30", auxAddresses }, "", ""))).toEqual([
      `networks.my-bridge.ipRange: 172.28.5.0/30 has no part from which the engine can hand out 2 addresses; ${fix}`,
    ]);
    expect(told(kept({ ipRange: "172.28.5.0/30" }, "", "172.28.5.2", "172.28.5.3"))).toEqual([
      `networks.my-bridge.ipRange: 172.28.5.0/30 has no part (a smaller CIDR) without 172.28.5.2, 172.28.5.3 from which the engine can hand out 1 addresses; ${fix}`,
    ]);
  });

  test("auxiliary addresses are nobody's, and in the subnet, each once", () => {
    const auxAddresses = {
      router: "172.28.5.2",
      again: "172.28.5.2",
      gateway: "172.28.5.1",
      far: "172.28.6.1",
      last: "172.28.5.255",
      "a=b": "172.28.5.7",
    };
    expect(told(kept({ auxAddresses }, "172.28.5.2"))).toEqual([
      "networks.my-bridge.auxAddresses.again: 172.28.5.2 is already the address of router, an auxiliary address; use 172.28.5.3, which is free",
      "networks.my-bridge.auxAddresses.gateway: 172.28.5.1 is already the address of the network's gateway; use 172.28.5.4, which is free",
      "networks.my-bridge.auxAddresses.far: 172.28.6.1 lies outside the network's subnet 172.28.5.0/24; use one from 172.28.5.1 to 172.28.5.254",
      "networks.my-bridge.auxAddresses.last: 172.28.5.255 is the broadcast address of 172.28.5.0/24; use one from 172.28.5.1 to 172.28.5.254",
      'networks.my-bridge.auxAddresses.a=b: a=b an auxiliary address has a name without "="; rename it',
      "boxes.box0: 172.28.5.2 is already the address of router, an auxiliary address; use 172.28.5.5, which is free",
    ]);
  });

  test("auxiliary addresses leave less room for nodes", () => {
    const plan = new Plan();
    plan.network({ ...myBridge, key: "n", subnet: "172.28.5.0/30", auxAddresses: { router: "172.28.5.2" } });
    plan.member({ network: "n", place: "boxes.box1", node: "box1" });
    expect(plan.problems()[0]?.allowed).toBe(
      "too small: it has addresses for 0 nodes, and more are planned on it",
    );
  });

  test("two that are never plugged in at once may have one address", () => {
    expect(mixed("172.28.5.0/24", "172.28.5.2", "-172.28.5.2").problems()).toEqual([]);
  });

  test("fixed addresses that leave too few to be handed out", () => {
    expect(mixed("172.28.5.0/29", "", "", "172.28.5.4", "172.28.5.2", "").problems()).toEqual([
      {
        place: "networks.my-bridge.subnet",
        value: "172.28.5.0/29",
        allowed:
          "has no part (a smaller CIDR) without 172.28.5.4, 172.28.5.2 from which the engine can hand out 3 addresses",
        fix: "use a prefix shorter than /29, or give each box on it an address (ipv4Address)",
      },
    ]);
  });

  test("an address that is offered leaves the engine enough to hand out", () => {
    const plan = mixed("172.28.5.0/29", "", "", "", "172.28.5.2", "172.28.5.2");
    expect(plan.problems().map(({ fix }) => fix)).toEqual(["use 172.28.5.3, which is free"]);
    expect(mixed("172.28.5.0/29", "", "", "172.28.5.2", "172.28.5.2").problems()[0]?.fix).toBe(
      "use 172.28.5.3, which is free",
    );
    expect(mixed("172.28.5.0/29", "", "", "", "172.28.5.2", "172.28.5.3").problems()).toEqual([]);
  });

  test("what is declared when the range is chosen already", () => {
    const late = (first: string, then: string) => {
      const plan = mixed("172.28.5.0/24", first);
      plan.handOut("n");
      plan.member({
        network: "n",
        place: "boxes.late",
        node: "late",
        ...(then === "" ? {} : { address: then }),
      });
      return plan
        .problems()
        .map(({ place, value, allowed }) => [place, value, allowed.slice(0, 20)].join(" "));
    };
    expect(late("", "172.28.5.2")).toEqual(["boxes.late 172.28.5.2 is declared too late"]);
    expect(late("172.28.5.2", "")).toEqual(["boxes.late no address is declared too late"]);
    expect(late("", "")).toEqual([]);
    expect(late("172.28.5.2", "172.28.5.3")).toEqual([]);
  });

  test("a gateway outside its subnet", () => {
    expect(
      report((plan) => {
        plan.network({ ...myBridge, gateway: "172.19.0.1" });
      }),
    ).toContain(
      "networks.my-bridge.gateway: 172.19.0.1\n    lies outside the network's subnet 172.18.0.0/16",
    );
  });
});

describe("names", () => {
  test.each([
    ["container", "my box", "use my-box"],
    ["container", "_box", "use box"],
    ["interface", "veth-of-the-first-box", "use veth-of-the-fir"],
    ["network", "***", "choose such a name"],
  ] as const)("%s %s is not legal", (kind, name, fix) => {
    const plan = new Plan();
    plan.name({ scope: "s", place: "p", name, kind });
    expect(plan.problems()).toMatchObject([{ place: "p", value: name, fix }]);
  });

  // Never brought up: resolvers read such names as addresses, and packets would leave the lab.
  test.each(["1234", "10.0.0.9", "0x7f.1", "017.0.0.1", "8"])("%s is an address to resolvers", (name) => {
    for (const kind of ["container", "alias", "namespace", "service"] as const) {
      const plan = new Plan();
      plan.name({ scope: "s", place: "p", name, kind });
      expect(plan.problems()[0]?.allowed).toMatch(/^(resolvers read it as an address|a service's name)/);
    }
  });

  test.each([
    ["container", "localhost", "every node means itself by it"],
    ["namespace", "LocalHost", "every node means itself by it"],
    ["alias", "host-gateway", "Docker means the host's address by it"],
    ["network", "host", "is the name of a network that engines make by themselves"],
    ["network", "bridge", "is the name of a network that engines make by themselves"],
    ["network", "docker_gwbridge", "is the name of a network that engines make by themselves"],
    ["network", "ingress", "is the name of a network that engines make by themselves"],
    ["container", "x", expect.stringMatching(/^a container's name has 2 to 63 /)],
  ] as const)("%s %s means something else already", (kind, name, allowed) => {
    const plan = new Plan();
    plan.name({ scope: "s", place: "p", name, kind });
    expect(plan.problems()).toMatchObject([{ place: "p", value: name, allowed }]);
  });

  test.each([
    ["namespace", "a"],
    ["alias", "b"],
    ["container", "db1"],
    ["container", "1password"],
    ["network", "localhost"],
    ["interface", "8"],
  ] as const)("%s %s is legal", (kind, name) => {
    const plan = new Plan();
    plan.name({ scope: "s", place: "p", name, kind });
    expect(plan.problems()).toEqual([]);
  });

  test("names that differ in case only: DNS takes them for one", () => {
    const plan = new Plan();
    plan.name({ scope: "nodes", place: "boxes.db", name: "db", kind: "container" });
    plan.name({ scope: "nodes", place: "boxes.DB", name: "DB", kind: "container" });
    plan.name({ scope: "networks", place: "networks.lan", name: "lan", kind: "network" });
    plan.name({ scope: "networks", place: "networks.LAN", name: "LAN", kind: "network" });
    expect(plan.problems()).toMatchObject([
      { place: "boxes.DB", value: "DB", allowed: "DNS does not tell this name from that of boxes.db" },
    ]);
  });

  test("a name twice in one scope", () => {
    const plan = new Plan();
    plan.name({ scope: "nodes", place: "boxes.box1", name: "box1", kind: "container" });
    plan.name({ scope: "nodes", place: "namespaces.box1", name: "box1", kind: "namespace" });
    plan.name({ scope: "networks", place: "networks.box1", name: "box1", kind: "network" });
    expect(plan.problems()).toMatchObject([
      { place: "namespaces.box1", value: "box1", allowed: "this name is already that of boxes.box1" },
    ]);
  });
});

test("everything that is wrong is reported at once", () => {
  const text = report((plan) => {
    plan.network({ ...myBridge, subnet: "172.18.0.0/99" });
    plan.network({ ...myBridge, key: "m", place: "networks.other", name: "other" });
    plan.member({
      network: "m",
      place: "boxes.box1.networks.other.ipv4Address",
      node: "box1",
      address: "10.0.0.1",
    });
    plan.name({ scope: "nodes", place: "boxes.b!", name: "b!", kind: "container" });
  });
  expect(text).toContain("There are 3 problems:");
  expect(text.match(/fix:/g)).toHaveLength(3);
});

describe("published ports", () => {
  const port = {
    host: "host1",
    place: "boxes.web.ports[0]",
    external: 8080,
    internal: 80,
    protocol: "tcp",
  } as const;

  test("each once on a host, for each protocol", () => {
    expect(
      report((plan) => {
        plan.port(port);
        plan.port({ ...port, protocol: "udp" });
        plan.port({ ...port, host: "host2" });
        plan.port({ ...port, external: 8081 });
      }),
    ).toBe("");
    expect(
      report((plan) => {
        plan.port({ ...port, external: 65535 });
        plan.port({ ...port, external: 65535, place: "boxes.web2.ports[0]" });
      }),
    ).toBe(
      [
        "There is a problem:",
        "  boxes.web2.ports[0].external: 65535/tcp",
        "    this port of host1 is already that of boxes.web.ports[0].external",
        "    fix: publish on another, for example 65534",
      ].join("\n"),
    );
  });

  test("on one address each once; one that is on all of them is on each", () => {
    const taken = (...addresses: (string | undefined)[]) =>
      report((plan) => {
        for (const hostAddress of addresses) plan.port({ ...port, hostAddress });
      });
    expect(taken("127.0.0.1", "127.0.0.2")).toBe("");
    expect(taken("127.0.0.1", "127.0.0.1")).toContain("127.0.0.1:8080/tcp");
    expect(taken("127.0.0.1", undefined)).toContain(".external: 8080/tcp");
    expect(taken("0.0.0.0", "127.0.0.1")).toContain("127.0.0.1:8080/tcp");
    expect(taken("localhost")).toContain("is no IPv4 address");
  });

  test("ranges: each of their ports, as many on both sides", () => {
    const ranges = (...pairs: [number | string, number | string][]) =>
      report((plan) => {
        for (const [external, internal] of pairs) plan.port({ ...port, external, internal });
      });
    expect(ranges(["8000-8002", "80-82"], ["8003-8004", "80-81"])).toBe("");
    expect(ranges(["8000-8002", "80-82"], [8002, 80])).toContain(".external: 8002/tcp");
    expect(ranges([8001, 80], ["8000-8002", "80-82"])).toContain(".external: 8001/tcp");
    expect(ranges(["8000-8002", 80])).toContain("fix: use 80-82");
    expect(ranges([8000, "80-82"])).toContain("fix: use 80");
    expect(ranges(["8002-8000", "80-82"])).toContain("the lower one first");
  });

  test.each([0, -1, 65536, 80.5, Number.NaN])("%d is no port", (number) => {
    const wrong = report((plan) => {
      plan.port({ ...port, external: number });
      plan.port({ ...port, internal: number });
    });
    expect(wrong.match(/a port is a whole number from 1 to 65535/g)).toHaveLength(2);
  });
});

test("a link of two may have a /31 (RFC 3021), a lone end a /32; a network with a gateway may not", () => {
  const link = (subnet: string, gateway: null | undefined, ...addresses: string[]) =>
    report((plan) => {
      plan.network({ key: "l", place: "links.l", name: "l", subnet, gateway, realms: ["r"] });
      for (const address of addresses) plan.member({ network: "l", place: "p", node: address, address });
    });
  expect(link("10.255.1.0/31", null, "10.255.1.0", "10.255.1.1")).toBe("");
  expect(link("10.255.1.4/32", null, "10.255.1.4")).toBe("");
  expect(link("10.255.1.0/31", null, "10.255.1.2")).toContain("use one from 10.255.1.0 to 10.255.1.1");
  expect(link("10.255.1.0/31", null, "10.255.1.0", "10.255.1.1", "10.255.1.1")).toContain("too small");
  expect(link("10.255.1.0/31", undefined)).toContain("too small");
});

describe("names on a network", () => {
  const named = (...nodes: { node: string; network?: string; aliases?: string[] }[]) =>
    report((plan) => {
      for (const { node, network = "lan", aliases = [] } of nodes) {
        for (const name of aliases) plan.alias({ network, place: `boxes.${node}.aliases`, node, name });
        plan.member({ network, place: `boxes.${node}`, node });
      }
    });

  test("an alias may lead to several nodes, but is not the own name of another on its network", () => {
    expect(named({ node: "web", aliases: ["www", "www", "web"] }, { node: "db", aliases: ["data"] })).toBe(
      "",
    );
    expect(named({ node: "web", aliases: ["www"] }, { node: "db", network: "far", aliases: ["www"] })).toBe(
      "",
    );
    expect(named({ node: "web", aliases: ["www"] }, { node: "db", aliases: ["WWW"] })).toBe("");
    expect(named({ node: "web", aliases: ["db"] }, { node: "db" })).toContain(
      "boxes.web.aliases: db\n    is the name of db, which is on this network too",
    );
    expect(
      named({ node: "web", aliases: ["Db"] }, { node: "app", aliases: ["db"] }, { node: "db" }),
    ).toContain("boxes.app.aliases: db");
    expect(named({ node: "db" }, { node: "web", aliases: ["db"] })).toContain("boxes.web.aliases: db");
  });

  test("they are names", () => {
    expect(named({ node: "web", aliases: ["10.0.0.1"] })).toContain("resolvers read it as an address");
  });
});
