import { describe, expect, test } from "@jest/globals";
import type { EngineContainer } from "../../../../cli/mending/engine-view.ts";
import { planRepairs } from "../../../../cli/mending/repairs.ts";
import type { Resource, StackState } from "../../../../cli/mending/state.ts";
import {
  boxUrn,
  bridgeUrn,
  byCommand,
  facts,
  folderUrn,
  hostUrn,
  lab,
  resource,
  underlayUrn,
  urnOf,
} from "./recorded.ts";

const plan = (state = lab(), found = facts()) => planRepairs("demo", state, found);
const host = (change: Partial<EngineContainer>) => {
  const found = facts();
  return { ...found, containers: found.containers.map((container) => ({ ...container, ...change })) };
};

describe("planRepairs", () => {
  test("finds nothing to do on a lab that stands as recorded", () => {
    expect(plan()).toEqual([]);
  });

  test("builds a host anew that is gone", () => {
    const repairs = plan(lab(), {
      ...facts(),
      containers: [],
      labelled: facts().labelled.slice(1),
      inside: new Map(),
    });
    expect(repairs).toMatchObject([{ do: "rebuild", fault: "gone", urn: hostUrn }]);
  });

  test("removes what has taken the place of a host, and builds the host anew", () => {
    const found = facts();
    const labelled = found.labelled.map((thing) =>
      thing.kind === "container" ? { ...thing, id: "other-id" } : thing,
    );
    expect(plan(lab(), { ...found, containers: [], labelled })).toMatchObject([
      { do: "rebuild", fault: "gone", urn: hostUrn },
      { do: "remove", what: { id: "other-id" } },
    ]);
  });

  test("builds a host anew that was up when the last run was killed: nobody knows what is inside", () => {
    expect(plan(lab(), { ...facts(), killed: true })).toMatchObject([
      { do: "rebuild", fault: "interrupted", urn: hostUrn },
    ]);
  });

  test("builds a host anew that is stopped", () => {
    expect(plan(lab(), host({ running: false }))).toMatchObject([
      { do: "rebuild", fault: "stopped", urn: hostUrn },
    ]);
  });

  test("builds a host anew that was started again: its inside is lost", () => {
    const again = host({ startedAt: new Date("2026-11-21T12:00:00Z") });
    expect(plan(lab(), again)).toMatchObject([{ do: "rebuild", fault: "drifted", urn: hostUrn }]);
  });

  test("builds a host anew whose member of a key-value store is gone: the store is lost with it", () => {
    const member = resource(
      urnOf("vethlab:store:EtcdCluster$docker:index/container:Container", "my-etcd-1-container"),
      "docker:index/container:Container",
      { id: "member-id", inputs: { name: "vethlab-demo-my-etcd-1", networkMode: "container:host-id" } },
    );
    const state = lab();
    state.resources.push(member);
    expect(plan(state)).toMatchObject([{ do: "rebuild", fault: "gone", urn: hostUrn }]);
    expect(plan(state)[0]?.why).toContain("vethlab-demo-my-etcd-1 is not there any more");
  });

  test("builds a host anew that is unplugged from the underlay", () => {
    expect(plan(lab(), host({ networks: [] }))).toMatchObject([
      { do: "rebuild", fault: "drifted", urn: hostUrn },
    ]);
  });

  test("builds a host anew in which a box does not run, and says which", () => {
    const found = facts();
    found.inside.set("vethlab-demo-host1", ["box2"]);
    const repairs = plan(lab(), found);
    expect(repairs).toMatchObject([{ do: "rebuild", fault: "drifted", urn: hostUrn }]);
    expect(repairs[0]?.why).toContain("box1");
  });

  test("builds a host anew whose engine does not answer", () => {
    const found = facts();
    found.inside.set("vethlab-demo-host1", undefined);
    expect(plan(lab(), found)).toMatchObject([{ do: "rebuild", fault: "drifted", urn: hostUrn }]);
  });

  test("builds a host anew with its folder, which a start of the machine has removed", () => {
    const started = { ...host({ running: false }), missingFolders: ["/tmp/vethlab-0/demo/host1"] };
    expect(plan(lab(), started)).toMatchObject([{ do: "rebuild", fault: "gone", urn: folderUrn }]);
  });

  test("builds the underlay anew when it is gone", () => {
    const found = facts();
    expect(plan(lab(), { ...found, labelled: found.labelled.slice(0, 1) })).toMatchObject([
      { do: "rebuild", fault: "gone", urn: underlayUrn },
    ]);
  });

  test("removes what was made and not recorded", () => {
    const state = { resources: [], pending: [], outputs: {} };
    expect(plan(state, { ...facts(), containers: [] })).toMatchObject([
      { do: "remove", what: { kind: "container", name: "vethlab-demo-host1" } },
      { do: "remove", what: { kind: "network", name: "vethlab-demo-underlay" } },
    ]);
  });

  describe("after a run that was killed", () => {
    const pending = (type: string, urn: string, deletedWith?: string) => ({
      ...lab(),
      pending: [{ type, resource: resource(urn, "any", deletedWith === undefined ? {} : { deletedWith }) }],
    });

    test("builds the host anew inside of which something was being made", () => {
      const inner = urnOf("vethlab:network:VethPair$command:local:Command", "veth-pair");
      expect(plan(pending("creating", inner, hostUrn))).toMatchObject([
        { do: "forget pending operations", fault: "interrupted" },
        { do: "rebuild", fault: "interrupted", urn: hostUrn },
      ]);
    });

    test("builds a host anew that was being removed itself", () => {
      expect(plan(pending("deleting", hostUrn))).toMatchObject([
        { do: "forget pending operations" },
        { do: "rebuild", fault: "interrupted", urn: hostUrn },
      ]);
    });

    test("only forgets what was being made on the engine and is not there", () => {
      const outside = urnOf("vethlab:host:Outside$docker:index/container:Container", "outside-container");
      expect(plan(pending("creating", outside))).toMatchObject([{ do: "forget pending operations" }]);
    });

    test("rebuilds a host once, however much was going on inside", () => {
      const state = pending("creating", boxUrn, hostUrn);
      state.pending.push({
        type: "creating",
        resource: resource(underlayUrn, "any", { deletedWith: hostUrn }),
      });
      expect(plan(state, host({ running: false })).map((repair) => repair.do)).toEqual([
        "forget pending operations",
        "rebuild",
      ]);
    });
  });

  describe("on the user's own engine", () => {
    const box = urnOf("vethlab:container:Box$docker:index/container:Container", "box1-container");
    const net = bridgeUrn;
    const local = () => ({
      resources: [
        ...byCommand("vethlab:network:BridgeNetwork", "my-bridge", "my-bridge-network", {
          made: [{ kind: "network", name: "vethlab-demo-my-bridge" }],
        }),
        resource(box, "docker:index/container:Container", {
          id: "box-id",
          inputs: { name: "vethlab-demo-box1" },
        }),
      ],
      pending: [],
      outputs: {},
    });

    test("builds a box and a network anew that are gone", () => {
      expect(
        plan(local(), {
          labelled: [],
          containers: [],
          missingFolders: [],
          inside: new Map(),
        }),
      ).toMatchObject([
        { do: "rebuild", fault: "gone", urn: net },
        { do: "rebuild", fault: "gone", urn: box },
      ]);
    });

    test("tells as drift only what is left when the stopped box is built anew", () => {
      const name = "vethlab-demo-box1";
      const node = { kind: "container", host: "local", interfaces: [] };
      const topology = {
        ...{ version: 1, stack: "demo", lab: "user-bridge", networks: [], claims: [], drills: [] },
        hosts: [{ name: "local", kind: "local" }],
        nodes: [
          { ...node, name: "box1", container: name },
          { ...node, name: "box2", container: "vethlab-demo-box2" },
        ],
      };
      const there = {
        kind: "network",
        id: "n",
        name: "vethlab-demo-my-bridge",
        stack: "demo",
        lab: "",
      } as const;
      const found = {
        labelled: [there],
        containers: [{ id: "box-id", name, running: false, startedAt: new Date(0), networks: [] }],
        missingFolders: [],
        inside: new Map(),
      };
      const of = (...drift: [node: string, fact: string][]) =>
        plan(
          { ...local(), outputs: { topology } },
          { ...found, drift: drift.map(([one, fact]) => ({ node: one, gone: [fact], come: [] })) },
        ).map(({ why }) => why);
      const stopped = `${name} is stopped: it is built anew`;
      const consequences: [string, string][] = [
        ["box1", "interface eth0: up"],
        ["local", `container ${name} on network vethlab-demo-my-bridge`],
      ];
      expect(of(...consequences)).toEqual([stopped]);
      const silent = { node: "box2", gone: ["network net"], come: ["no answer: the command has not ended"] };
      expect(plan({ ...local(), outputs: { topology } }, { ...found, drift: [silent] })).toHaveLength(1);
      expect(of(...consequences, ["box2", "interface eth0: up"])).toEqual([
        stopped,
        "box2: no longer interface eth0: up",
        expect.stringContaining("--rebuild builds it anew"),
      ]);
    });

    test("leaves them alone when they are there", () => {
      const label = { stack: "demo", lab: "user-bridge" };
      const found = {
        labelled: [
          { kind: "container", id: "box-id", name: "vethlab-demo-box1", ...label },
          { kind: "network", id: "net-id", name: "vethlab-demo-my-bridge", ...label },
        ] as const,
        containers: [
          { id: "box-id", name: "vethlab-demo-box1", running: true, startedAt: new Date(0), networks: [] },
        ],
        missingFolders: [],
        inside: new Map(),
      };
      expect(plan(local(), { ...found, labelled: [...found.labelled] })).toEqual([]);
    });
  });

  describe("of a Swarm on machines of the user's", () => {
    const made = (kind: string, name: string) => ({ made: [{ kind, name: `vethlab-demo-${name}` }] });
    const init = byCommand("vethlab:swarm:Swarm", "swarm", "swarm-init", made("swarm", "swarm"));
    const net = byCommand(
      "vethlab:network:OverlayNetwork",
      "ngx_net",
      "ngx_net-network",
      made("network", "ngx_net"),
    );
    const label = { stack: "demo", lab: "swarm-overlay" };
    const by = (machine: string) => ["ssh", machine];
    const mark = (machine: string) =>
      ({
        kind: "swarm",
        id: "vethlab-demo-swarm",
        name: "vethlab-demo-swarm",
        by: by(machine),
        ...label,
      }) as const;
    const network = (machine: string) =>
      ({ kind: "network", id: "n1", name: "vethlab-demo-ngx_net", by: by(machine), ...label }) as const;
    const service = (name: string) =>
      ({ kind: "service", id: name, name, by: by("a"), stack: "demo", lab: "" }) as const;
    const labelled = [mark("a"), network("a"), mark("b"), network("b"), service("vethlab-demo-web")];
    const state = (...resources: Resource[][]): StackState => ({
      resources: resources.flat(),
      pending: [],
      outputs: {},
    });
    const found = (...there: typeof labelled) => ({
      ...facts(),
      labelled: there,
      containers: [],
      inside: new Map(),
    });

    test("leaves alone what stands", () => {
      const join = resource(
        urnOf("vethlab:swarm:Swarm$command:local:Command", "swarm-b-join"),
        "command:local:Command",
        { parent: urnOf("vethlab:swarm:Swarm", "swarm") },
      );
      const web = resource(
        urnOf("vethlab:swarm:OverlayService$docker:index/service:Service", "web-service"),
        "docker:index/service:Service",
        { inputs: { name: "vethlab-demo-web" } },
      );
      expect(plan(state(init, net, [join, web]), found(...labelled))).toEqual([]);
    });

    test("a run that was killed has made what is not recorded", () => {
      expect(plan(state(), found(mark("a")))).toMatchObject([{ do: "remove", what: mark("a") }]);
      expect(plan(state(init), found(...labelled))).toMatchObject([
        { do: "remove", what: network("a") },
        { do: "remove", what: network("b") },
        { do: "remove", what: service("vethlab-demo-web") },
      ]);
    });

    test("builds anew what is gone", () => {
      expect(plan(state(init, net), found(mark("a")))).toMatchObject([
        { do: "rebuild", fault: "gone", urn: net[1]?.urn },
      ]);
      expect(plan(state(init), found())).toMatchObject([{ do: "rebuild", fault: "gone", urn: init[1]?.urn }]);
    });

    test("a bridge network that a lab takes away is not missed, and is no leftover", () => {
      const bridge = byCommand(
        "vethlab:network:BridgeNetwork",
        "custom_network",
        "custom_network-network",
        made("network", "custom_network"),
      );
      const removal = byCommand("vethlab:network:NetworkRemoval", "removal", "removal-removal", {
        takesAway: "vethlab-demo-custom_network",
      });
      expect(plan(state(bridge, removal), found())).toEqual([]);
      expect(plan(state(bridge), found())).toMatchObject([
        { do: "rebuild", fault: "gone", urn: bridge[1]?.urn },
      ]);
      const there = { kind: "network", id: "n2", name: "vethlab-demo-custom_network", ...label } as const;
      expect(plan(state(bridge, removal), { ...found(), labelled: [there] })).toEqual([]);
    });
  });
});
