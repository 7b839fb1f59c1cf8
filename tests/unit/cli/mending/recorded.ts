import type { Facts } from "../../../../cli/mending/repairs.ts";
import type { Resource, StackState } from "../../../../cli/mending/state.ts";

/** A lab on a host of its own, as Pulumi records it: an underlay, a host with an engine, a network and two boxes inside. */

export const urnOf = (type: string, name: string): string => `urn:pulumi:demo::vethlab::${type}::${name}`;

const container = "docker:index/container:Container";
export const hostUrn = urnOf(`vethlab:host:ContainerHost$${container}`, "host1-container");
export const folderUrn = urnOf("vethlab:host:ContainerHost$command:local:Command", "host1-directory");
const hostComponent = urnOf("vethlab:host:ContainerHost", "host1");
export const underlayUrn = urnOf("vethlab:network:Underlay$command:local:Command", "underlay-network");
export const bridgeUrn = urnOf("vethlab:network:BridgeNetwork$command:local:Command", "my-bridge-network");
export const boxUrn = urnOf(`vethlab:container:Box$${container}`, "box1-container");

export const resource = (urn: string, type: string, more: Partial<Resource> = {}): Resource => ({
  urn,
  type,
  custom: !/^(?:vethlab|pulumi:pulumi):/.test(type),
  inputs: {},
  outputs: {},
  ...more,
});

/** A component that has made something by a command on the user's engine, and that command. */
export const byCommand = (
  type: string,
  name: string,
  command: string,
  outputs: Record<string, unknown>,
): Resource[] => [
  resource(urnOf(type, name), type, { outputs }),
  resource(urnOf(`${type}$command:local:Command`, command), "command:local:Command", {
    id: "command-id",
    parent: urnOf(type, name),
  }),
];

const box = (name: string): Resource =>
  resource(urnOf(`vethlab:container:Box$${container}`, `${name}-container`), container, {
    id: `${name}-id`,
    deletedWith: hostUrn,
    inputs: { name },
  });

export const lab = (): StackState => ({
  resources: [
    resource(urnOf("pulumi:pulumi:Stack", "vethlab-demo"), "pulumi:pulumi:Stack"),
    ...byCommand("vethlab:network:Underlay", "underlay", "underlay-network", {
      made: [{ kind: "network", name: "vethlab-demo-underlay" }],
    }),
    resource(folderUrn, "command:local:Command", { id: "command-id", parent: hostComponent }),
    resource(hostUrn, container, {
      parent: hostComponent,
      dependencies: [folderUrn, underlayUrn],
      id: "host-id",
      created: "2026-11-21T10:00:05Z",
      inputs: {
        name: "vethlab-demo-host1",
        networksAdvanced: [{ name: "vethlab-demo-underlay" }],
        mounts: [{ type: "bind", source: "/tmp/vethlab-0/demo/host1", target: "/run/vethlab" }],
      },
    }),
    resource(
      urnOf("vethlab:host:ContainerHost$pulumi:providers:docker", "host1-engine"),
      "pulumi:providers:docker",
      {
        deletedWith: hostUrn,
        inputs: { host: "unix:///tmp/vethlab-0/demo/host1/docker.sock\n" },
      },
    ),
    resource(bridgeUrn, "command:local:Command", { id: "command-id", deletedWith: hostUrn }),
    box("box1"),
    box("box2"),
  ],
  pending: [],
  outputs: {},
});

const label = { stack: "demo", lab: "user-bridge" };

/** The engine on which all of that stands. */
export const facts = (): Facts & { inside: Map<string, readonly string[] | undefined> } => ({
  labelled: [
    { kind: "container", id: "host-id", name: "vethlab-demo-host1", ...label },
    { kind: "network", id: "underlay-id", name: "vethlab-demo-underlay", ...label },
  ],
  containers: [
    {
      id: "host-id",
      name: "vethlab-demo-host1",
      running: true,
      startedAt: new Date("2026-11-21T10:00:04Z"),
      networks: ["vethlab-demo-underlay"],
    },
  ],
  missingFolders: [],
  inside: new Map([["vethlab-demo-host1", ["box1", "box2"]]]),
});
