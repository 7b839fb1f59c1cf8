import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { dirname } from "node:path";
import { hostCapabilities, hostSecurityOptions } from "../images/host-capabilities.ts";
import { imageReference } from "../images/recipe.ts";
import { HOST_LABEL } from "../topology/labels.ts";
import { engineImages, type EngineVersion } from "../topology/engines.ts";
import { LONGEST_SOCKET_PATH } from "../topology/names.ts";
import { DEFAULT_SUBNET } from "./default-bridge.ts";
import { commandArgs, dockerLabels, type Host, type HostScript, secretOutputs } from "./host.ts";
import { interfaceOf } from "./interfaces.ts";
import type { Outside } from "./outside.ts";
import type { Site } from "./site.ts";
import type { Underlay } from "./underlay.ts";

export interface ContainerHostArgs {
  /** The network that the host's own interface is on. */
  underlay: Underlay;
  /** IPv4 address on the underlay. Default: the underlay's address 10 for host1, 11 for host2, ... */
  address?: string;
  /** What stands for the internet: the host routes to it and takes it for its name server. Default: nothing. */
  outside?: Outside;
  /** Version of its engine: 20.10 is Debian bookworm's, 26.1 Debian trixie's. Default: 20.10. */
  engineVersion?: EngineVersion;
  /** Image of the host, with dockerd in it. Default: the project's own with an engine of `engineVersion`. */
  image?: string;
}

/** Waits inside the host until its engine answers: 1 to 8 s, at most 60. */
const waitForEngine =
  "timeout 60 bash -c 'until curl -sf --unix-socket /var/run/docker.sock http://engine/_ping >/dev/null; do sleep 0.05; done'";

/**
 * A lab host: a disposable container with a network and a Docker engine of its own. Its engine is reached through a
 * Unix socket in a folder of mode 0700 that is shared with it; it listens on no TCP port.
 *
 * @example const host1 = new ContainerHost("host1", { underlay });
 */
export class ContainerHost extends pulumi.ComponentResource implements Host {
  readonly hostName: string;
  readonly node: string;
  readonly kind = "container";
  readonly site: Site;
  readonly provider: docker.Provider;
  readonly labels: Host["labels"];
  /** On the underlay. */
  readonly address: string;
  /** DOCKER_HOST of the host's engine. */
  readonly engine: string;
  readonly nodes: {
    directory: command.local.Command;
    container: docker.Container;
    ready: command.local.Command;
  };
  readonly #containerName: string;

  constructor(name: string, args: ContainerHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:host:ContainerHost", name, {}, opts);
    const { underlay, outside } = args;
    const { site, host: local } = underlay;
    this.hostName = name;
    this.node = name;
    this.site = site;
    this.address = args.address ?? underlay.nthAddress(9 + Number(/\d+$/.exec(name)?.[0] ?? 1));
    this.#containerName = local.engineName(name);
    const directory = socketDirectory(site.stack, name);
    this.engine = `unix://${directory}/docker.sock`;
    this.#plan(underlay, directory);

    const made = local.exec(`${name}-directory`, directoryScript(directory), this);
    const container = new docker.Container(
      `${name}-container`,
      {
        image: args.image ?? imageReference(engineImages[args.engineVersion ?? "20.10"]),
        name: this.#containerName,
        hostname: name,
        labels: dockerLabels(site),
        capabilities: { adds: [...hostCapabilities] },
        securityOpts: [...hostSecurityOptions],
        mounts: [{ type: "bind", source: directory, target: "/run/vethlab" }],
        networksAdvanced: [{ name: underlay.networkName, ipv4Address: this.address }],
        envs: [
          `VETHLAB_SOCKET_GID=${process.getgid?.() ?? 0}`,
          ...(outside === undefined
            ? []
            : [`VETHLAB_DNS=${outside.address}`, `VETHLAB_ROUTES=${outside.route}`]),
        ],
      },
      { ...local.inside(this), dependsOn: [made, underlay.nodes.network] },
    );
    const ready = local.exec(
      `${name}-ready`,
      {
        apply: pulumi.interpolate`docker exec ${container.id} ${waitForEngine}; echo ${this.engine}`,
        triggers: [container.id],
      },
      this,
    );
    // Through the output of the readiness command, so that a first preview does not try to reach the engine.
    this.provider = new docker.Provider(
      `${name}-engine`,
      { host: ready.stdout },
      { parent: this, deletedWith: container },
    );
    // Another host container is another engine: what stands on it carries its id, and is so replaced with it, in order.
    this.labels = [...dockerLabels(site), { label: HOST_LABEL, value: container.id }];
    this.nodes = { directory: made, container, ready };
    this.#enter(underlay);
    this.registerOutputs({ address: this.address, engine: this.engine });
  }

  engineName(name: string): string {
    return name;
  }

  image(reference: string): pulumi.Input<string> {
    return this.nodes.container.id.apply(() => reference);
  }

  inside(parent: pulumi.Resource): pulumi.CustomResourceOptions {
    const { container } = this.nodes;
    this.site.members.add(parent);
    return { parent, provider: this.provider, deletedWith: container };
  }

  exec(
    name: string,
    script: HostScript,
    parent: pulumi.Resource,
    after: pulumi.Resource[] = [],
  ): command.local.Command {
    this.site.members.add(parent);
    const { container, ready } = this.nodes;
    const args = { ...script, triggers: [container.id, ...(script.triggers ?? [])] };
    return new command.local.Command(name, commandArgs(this.#shell, args), {
      parent,
      dependsOn: [ready, ...after],
      deleteBeforeReplace: true,
      deletedWith: container,
      ...secretOutputs(script),
    });
  }

  /** The words before a command that run it on this host. */
  get #shell(): string[] {
    return ["docker", "exec", "-i", this.#containerName];
  }

  #plan(underlay: Underlay, directory: string): void {
    const { plan } = this.site;
    const place = `hosts.${this.hostName}`;
    plan.name({ scope: "nodes", place, name: this.hostName, kind: "container" });
    plan.member({
      network: "underlay",
      place: `${place}.address`,
      node: this.hostName,
      address: this.address,
    });
    plan.inUse(underlay.subnet, "the underlay", this.hostName);
    plan.inUse(DEFAULT_SUBNET, `docker0 of ${this.hostName}`, this.hostName);
    const { standing = false, running = [] } = this.site.machine;
    if (standing && !running.includes(this.#containerName)) {
      plan.problem({
        place,
        value: this.#containerName,
        allowed: "was built, but its container is stopped or gone, and all that stood in it with it",
        fix: `npx vethlab up ${this.site.stack} builds it anew`,
      });
    }
    const path = `${directory}/docker.sock`;
    if (path.length > LONGEST_SOCKET_PATH) {
      plan.problem({
        place: "stack",
        value: this.site.stack,
        allowed: `the path of the host's socket has ${path.length} characters, and ${LONGEST_SOCKET_PATH} is the most`,
        fix: `use a stack name that is ${path.length - LONGEST_SOCKET_PATH} characters shorter`,
      });
    }
  }

  #enter(underlay: Underlay): void {
    const { container, ready } = this.nodes;
    const { site, hostName: name } = this;
    site.hosts.push(() =>
      pulumi.output({
        name,
        kind: this.kind,
        shell: this.#shell,
        container: this.#containerName,
        containerId: container.id,
        engine: ready.stdout,
        address: this.address,
      }),
    );
    site.nodes.push(() =>
      pulumi.output({
        name,
        kind: "host",
        host: name,
        interfaces: [interfaceOf(container, "underlay", underlay.networkName)],
      }),
    );
  }
}

/** Where the host's socket lies: short, since a socket's path is limited, and the user's own. */
function socketDirectory(stack: string, host: string): string {
  return `/tmp/vethlab-${process.getuid?.() ?? 0}/${stack}/${host}`;
}

/** Makes the folder for one host's socket, and removes it with what is left of the folders above. */
function directoryScript(directory: string): HostScript {
  const ofStack = dirname(directory);
  const ofUser = dirname(ofStack);
  return {
    apply: [
      `umask 077; mkdir -p ${directory}`,
      `[ -O ${ofUser} ] || { echo "${ofUser} belongs to somebody else: have it removed" >&2; exit 1; }`,
      `chmod 700 ${ofUser} ${ofStack} ${directory}`,
    ].join("\n"),
    undo: `rm -rf ${directory}; rmdir ${ofStack} ${ofUser} 2>/dev/null || true`,
    triggers: [directory],
  };
}
