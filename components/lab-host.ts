import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Transport } from "../topology/config.ts";
import { imageReference } from "../images/recipe.ts";
import { wordLines } from "../scripts/index.ts";
import { HOST_LABEL } from "../topology/labels.ts";
import { LONGEST_SOCKET_PATH } from "../topology/names.ts";
import { hostDirectory } from "../topology/run-directory.ts";
import { recorded } from "./arguments.ts";
import { DEFAULT_SUBNET } from "./default-bridge.ts";
import { type EngineAccess, engineAccess, TLS_PORT } from "./engine-access.ts";
import { commandArgs, dockerLabels, type Host, type HostScript, secretOutputs } from "./host.ts";
import { planImage } from "./image-plan.ts";
import { interfaceOf } from "./interfaces.ts";
import type { Outside } from "./outside.ts";
import { planOwnership } from "./ownership.ts";
import type { Site } from "./site.ts";
import type { Underlay } from "./underlay.ts";

export interface LabHostArgs {
  /** The network of the host's own interface. */
  underlay: Underlay;
  /** IPv4 address on the underlay. Default: the underlay's address 10 for host1, 11 for host2, ... */
  address?: string;
  /** What stands for the internet: the host routes to it and asks its name server. Default: nothing. */
  outside?: Outside;
  /** Image of the host, with dockerd in it. Default: the project's own. */
  image?: pulumi.Input<string>;
  /** How its engine is reached; see engineAccess. Default: `tls` when the user's engine is in a virtual machine, else `socket`. */
  transport?: Transport | undefined;
}

/** The differences between the kinds of lab hosts. */
export interface LabHostKind {
  kind: "container" | "vm";
  /** Default image. */
  image: string;
  /** Version of the engine in the image; undefined: not known. */
  engineVersion: string | undefined;
  /** Privileges of its container. */
  privileges: Pick<docker.ContainerArgs, "capabilities" | "securityOpts" | "devices">;
  /** The possible ways to its engine. */
  transports: readonly Transport[];
  /** Mounts of its container beside the folder of its socket. Default: none. */
  mounts?: docker.types.input.ContainerMount[];
  /** The words before a command, in its container, that run it on the host. */
  enter: readonly string[];
  /** The same for a docker command that uses the engine only. Default: `enter`. */
  askEngine?: readonly string[];
}

/**
 * A lab host: a disposable container with a network and a Docker engine of its own, in it or in a virtual machine in it.
 * Its engine is reached through a Unix socket in a shared folder of mode 0700. It listens on a TCP port only with
 * `transport: "tls"`.
 */
export abstract class LabHost extends pulumi.ComponentResource implements Host {
  /** The lab's name for it. */
  readonly hostName: string;
  /** Its name as a node of the lab. */
  readonly node: string;
  readonly kind: LabHostKind["kind"];
  readonly site: Site;
  readonly underlay: Underlay;
  readonly engineVersion: string | undefined;
  readonly provider: docker.Provider;
  readonly labels: Host["labels"];
  /** On the underlay. */
  readonly address: string;
  /** DOCKER_HOST of the host's engine. */
  readonly engine: pulumi.Output<string>;
  readonly resources: {
    directory: command.local.Command;
    container: docker.Container;
    ready: command.local.Command;
  };
  readonly #containerName: string;
  /** The words before a command that run it on this host. */
  readonly #shell: string[];
  /** The same for a command that uses the engine only, when these differ. */
  readonly #engineShell: string[] | undefined;
  readonly #access: EngineAccess;
  /** The images that were brought, by their references. */
  readonly #brought = new Map<pulumi.Input<string>, command.local.Command>();

  protected constructor(
    type: string,
    name: string,
    args: LabHostArgs,
    own: LabHostKind,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, recorded(args), opts);
    const { underlay, outside } = args;
    const { site, host: local } = underlay;
    this.hostName = name;
    this.node = name;
    this.kind = own.kind;
    this.engineVersion = own.engineVersion;
    this.site = site;
    this.underlay = underlay;
    this.address = args.address ?? underlay.nthAddress(9 + Number(/\d+$/.exec(name)?.[0] ?? 1));
    this.#containerName = local.engineName(name);
    const inContainer = ["docker", "exec", "-i", this.#containerName];
    this.#shell = [...inContainer, ...own.enter];
    this.#engineShell = own.askEngine && [...inContainer, ...own.askEngine];
    const directory = hostDirectory(site.scope, name);
    const transport = args.transport ?? (site.machine.engine?.inVm === true ? "tls" : "socket");
    const access = engineAccess(transport, directory);
    this.#access = access;
    const image = args.image ?? own.image;
    planImage(site, `hosts.${name}`, image);
    this.#plan(underlay, transport, own.transports);

    const made = local.exec(
      `${name}-directory`,
      {
        file: "host-directory",
        apply: "make",
        undo: "remove",
        environment: { DIRECTORY: directory },
        triggers: [directory],
      },
      this,
    );
    const container = new docker.Container(
      `${name}-container`,
      {
        image,
        name: this.#containerName,
        hostname: name,
        labels: dockerLabels(site),
        ...own.privileges,
        ...access.container,
        mounts: [...(access.container.mounts ?? []), ...(own.mounts ?? [])],
        networksAdvanced: [{ name: underlay.networkName, ipv4Address: this.address }],
        envs: [
          ...access.envs,
          ...(outside === undefined
            ? []
            : [`VETHLAB_DNS=${outside.nameServer}`, `VETHLAB_ROUTES=${outside.route}`]),
        ],
      },
      { ...local.inside(this), dependsOn: [made, underlay.resources.network] },
    );
    const ready = local.exec(
      `${name}-ready`,
      {
        file: "host-ready",
        apply: "wait",
        environment: {
          CONTAINER: container.id,
          KIND: own.kind,
          DIRECTORY: directory,
          TLS_PORT: transport === "tls" ? String(TLS_PORT) : "",
        },
        triggers: [container.id],
      },
      this,
    );
    this.engine = ready.stdout;
    // Through the output of the readiness command, so that a first preview does not try to reach the engine.
    this.provider = new docker.Provider(
      `${name}-engine`,
      { host: ready.stdout, ...access.provider },
      { parent: this, deletedWith: container },
    );
    // Another host container is another engine: the label with its id has everything on it replaced, in order.
    this.labels = [...dockerLabels(site), { label: HOST_LABEL, value: container.id }];
    this.resources = { directory: made, container, ready };
    this.#describe(underlay);
    this.registerOutputs({ address: this.address, engine: this.engine });
  }

  engineName(name: string): string {
    return name;
  }

  image(reference: pulumi.Input<string>, box: string): pulumi.Input<string> {
    const there =
      reference === imageReference("box") ? this.resources.container : this.#bring(reference, box);
    return there.id.apply(() => pulumi.output(reference));
  }

  /** Brings an image from the user's own engine: once, where its reference is known before anything is made. */
  #bring(reference: pulumi.Input<string>, box: string): command.local.Command {
    const { container, ready } = this.resources;
    const known = this.#brought.get(reference);
    const brought =
      known ??
      new command.local.Command(
        typeof reference === "string" ? `${this.hostName}-image-${reference}` : `${box}-image`,
        commandArgs([], {
          file: "lab-host-image",
          apply: "bring",
          environment: {
            IMAGE: reference,
            HOST: this.hostName,
            THERE: wordLines(this.#engineShell ?? this.#shell),
          },
          triggers: [container.id, reference],
        }),
        { parent: this, dependsOn: [ready], deletedWith: container, deleteBeforeReplace: true },
      );
    this.#brought.set(reference, brought);
    return brought;
  }

  inside(parent: pulumi.Resource): pulumi.CustomResourceOptions {
    const { container } = this.resources;
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
    const { container, ready } = this.resources;
    const args = { ...script, triggers: [container.id, ...(script.triggers ?? [])] };
    const shell = (script.engineOnly === true ? this.#engineShell : undefined) ?? this.#shell;
    return new command.local.Command(name, commandArgs(shell, args), {
      parent,
      dependsOn: [ready, ...after],
      deleteBeforeReplace: true,
      deletedWith: container,
      ...secretOutputs(script),
    });
  }

  #plan(underlay: Underlay, transport: Transport, transports: readonly Transport[]): void {
    const { plan } = this.site;
    const place = `hosts.${this.hostName}`;
    plan.name({ scope: "nodes", place, name: this.hostName, kind: "container" });
    planOwnership(underlay.host, place, "container", this.#containerName);
    plan.member({
      network: "underlay",
      place: `${place}.address`,
      node: this.hostName,
      address: this.address,
    });
    plan.inUse(underlay.subnet, underlay.inWords, this.hostName);
    plan.inUse(DEFAULT_SUBNET, `docker0 of ${this.hostName}`, this.hostName);
    const { standing, machine } = this.site;
    if (standing.includes(this.hostName) && !machine.running?.includes(this.#containerName)) {
      plan.problem({
        place,
        value: this.#containerName,
        allowed: "was built, but its container is stopped or gone, and all that stood in it with it",
        fix: `npx vethlab up ${this.site.stack} builds it anew`,
      });
    }
    if (!transports.includes(transport)) {
      plan.problem({
        place: `${place}.transport`,
        value: transport,
        allowed: `the engine of a host of kind ${this.kind} is reached by ${transports.join(" or ")} only`,
        fix: "use a host of kind container, or an engine that runs on this machine's own kernel",
      });
    }
    const path = this.#access.socket;
    if (path !== undefined && path.length > LONGEST_SOCKET_PATH) {
      plan.problem({
        place: "stack",
        value: this.site.stack,
        allowed: `the path of the host's socket has ${path.length} characters, and ${LONGEST_SOCKET_PATH} is the most`,
        fix: `use a stack name that is ${path.length - LONGEST_SOCKET_PATH} characters shorter`,
      });
    }
  }

  #describe(underlay: Underlay): void {
    const { container, ready } = this.resources;
    const { site, hostName: name } = this;
    site.hosts.push(() => ({
      name,
      kind: this.kind,
      shell: this.#shell,
      ...(this.#engineShell === undefined ? {} : { engineShell: this.#engineShell }),
      container: this.#containerName,
      containerId: container.id,
      engine: ready.stdout,
      ...(this.#access.provider.certPath === undefined
        ? {}
        : { certificates: this.#access.provider.certPath }),
      address: this.address,
    }));
    site.nodes.push(() => ({
      name,
      kind: "host",
      host: name,
      interfaces: pulumi.all([interfaceOf(container, "underlay", underlay.networkName)]),
    }));
  }
}
