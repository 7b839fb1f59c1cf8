import type * as pulumi from "@pulumi/pulumi";
import type { PortProtocol, Restart } from "../topology/run-options.ts";
import type { ArgumentNames } from "./arguments.ts";
import type { Volume } from "./volume.ts";

/** A file or folder of the host (`docker run --mount type=bind`). */
export interface BindMount {
  type: "bind";
  /** Absolute path on the box's host; it must be there. A lab host has files of its own, not those of the user's machine. */
  source: string;
  /** Absolute path in the box. */
  target: string;
  /** Whether the box can only read it. Default: false. */
  readOnly?: boolean;
}

/** A volume (`docker run --mount type=volume`). */
export interface VolumeMount {
  type: "volume";
  /** A volume of the same host. Default: one of the box's own, which goes with the box. */
  source?: Volume;
  /** Absolute path in the box. */
  target: string;
  /** Whether the box can only read it. Default: false. */
  readOnly?: boolean;
}

/** A folder in memory (`docker run --mount type=tmpfs`). */
export interface TmpfsMount {
  type: "tmpfs";
  /** Absolute path in the box. */
  target: string;
  /** How much it can hold, in bytes (`tmpfs-size`). Default: as much as there is memory. */
  sizeBytes?: number;
  /** Permissions (`tmpfs-mode`), as a number: 0o770. Default: 0o1777. */
  mode?: number;
}

export type Mount = BindMount | VolumeMount | TmpfsMount;

/** Ports of the host that lead into a box (`docker run --publish HOST_ADDRESS:EXTERNAL:INTERNAL/PROTOCOL`). */
export interface BoxPort {
  /** Port of the host, 1 to 65535; or a range, `"8000-8010"`. */
  external: number | `${number}-${number}`;
  /** Port in the box, 1 to 65535; or a range of the same length. */
  internal: number | `${number}-${number}`;
  /** sctp: where the host's kernel has it. Default: tcp. */
  protocol?: PortProtocol;
  /** IPv4 address of the host on which it is published; 127.0.0.1: for the host alone. Default: all of its addresses. */
  hostAddress?: string;
}

/** How an engine finds out whether a box is well (`docker run --health-*`). */
export interface Healthcheck {
  /** Command for the box's shell; exit status 0: healthy (`--health-cmd`). */
  command: string;
  /** Seconds between two checks (`--health-interval`). Default: Docker's 30. */
  intervalSeconds?: number;
  /** Seconds that a check may take (`--health-timeout`). Default: Docker's 30. */
  timeoutSeconds?: number;
  /** Seconds after the start in which failures do not count (`--health-start-period`). Default: 0. */
  startPeriodSeconds?: number;
  /** Seconds between two checks in this period (`--health-start-interval`; Docker 25 and later). Default: Docker's 5. */
  startIntervalSeconds?: number;
  /** Failures in a row after which the box is unhealthy (`--health-retries`). Default: Docker's 3. */
  retries?: number;
  /**
   * Seconds within which the box must become healthy: only then it stands, and what comes `after` it is made. Else `up`
   * fails, with what the last check wrote. Default: nobody waits.
   */
  waitSeconds?: number;
}

/** What the box's processes may do beside what Docker gives and takes by itself; names as in capabilities(7): `NET_ADMIN`. */
export interface Capabilities {
  /** `docker run --cap-add`; `ALL` for all. Default: none. */
  add?: string[];
  /** `docker run --cap-drop`; `ALL` for all. Default: none. */
  drop?: string[];
}

/** What every container can be told, with the words of `docker run`. */
export interface ContainerArgs {
  /**
   * Image. Default: the project's box image, which has the tools of the experiments. One that a lab host does not have is
   * brought from the user's own engine, which pulls it where it has none either.
   */
  image?: pulumi.Input<string>;
  /** Command (after the image in `docker run`). Default: the image's own; the box image idles. */
  command?: pulumi.Input<pulumi.Input<string>[]>;
  /** Program before the command (`--entrypoint`), with its first arguments. Default: the image's own. Given, the image's own command falls away. */
  entrypoint?: pulumi.Input<pulumi.Input<string>[]>;
  /** Environment variables (`--env`). Default: the image's own. */
  environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** User and group of the command, by name or number (`--user`): `nobody`, `1000:1000`. Default: the image's own. */
  user?: pulumi.Input<string>;
  /** Absolute path in which the command runs (`--workdir`). Default: the image's own. */
  workingDirectory?: string;
  /** Files, folders and volumes in the box (`--mount`). Default: none. */
  mounts?: Mount[];
  /** When the engine starts it again (`--restart`): `on-failure:3`. Changes in place. Default: no. */
  restart?: Restart;
  /** How the engine finds out whether it is well. Default: the image's own. */
  healthcheck?: Healthcheck;
  /** What it may do. Default: what Docker gives. */
  capabilities?: Capabilities;
  /** Settings of the kernel in its own namespaces (`--sysctl`): `{ "net.ipv4.ip_forward": "1" }`. Default: none. */
  sysctls?: Record<string, string>;
  /**
   * Whether it may do what the engine may (`--privileged`). On an engine of the user's it then owns the machine: there it
   * is refused but for `"even-on-my-machine"`. A ContainerHost cannot give it. Default: false.
   */
  privileged?: boolean | "even-on-my-machine";
  /** Labels beside vethlab's own (`--label`). Default: none. */
  labels?: Record<string, pulumi.Input<string>>;
}

/** What a container with a name and a resolver of its own can be told: one that is joined has those of another. */
export interface NamedContainerArgs {
  /** What it calls itself (`--hostname`); others know it by its node's name all the same. Default: the node's name. */
  hostname?: string;
  /** Its domain (`--domainname`): then `hostname -f` is `web.lab.example`. Default: none. */
  domainname?: string;
  /**
   * IPv4 addresses of the name servers that it asks (`--dns`), in this order; on a network with names of its own the
   * engine asks them in its place. Default: the engine's.
   */
  dns?: string[];
  /** Domains in which it looks for names without a dot (`--dns-search`), in this order. Default: the engine's. */
  dnsSearch?: string[];
  /** Options of its resolver (`--dns-option`; resolv.conf(5)): `ndots:2`. Default: the engine's. */
  dnsOptions?: string[];
  /** Further names in its hosts file, each with an IPv4 address, or `host-gateway` for its host (`--add-host`). Default: none. */
  extraHosts?: Record<string, string>;
}

export const CONTAINER: ArgumentNames<ContainerArgs> = {
  image: true,
  command: true,
  entrypoint: true,
  environment: true,
  user: true,
  workingDirectory: true,
  mounts: true,
  restart: true,
  healthcheck: true,
  capabilities: true,
  sysctls: true,
  privileged: true,
  labels: true,
};

export const NAMED: ArgumentNames<NamedContainerArgs> = {
  hostname: true,
  domainname: true,
  dns: true,
  dnsSearch: true,
  dnsOptions: true,
  extraHosts: true,
};

export const MOUNT: ArgumentNames<Mount> = {
  type: true,
  source: true,
  target: true,
  readOnly: true,
  sizeBytes: true,
  mode: true,
};

export const HEALTHCHECK: ArgumentNames<Healthcheck> = {
  command: true,
  intervalSeconds: true,
  timeoutSeconds: true,
  startPeriodSeconds: true,
  startIntervalSeconds: true,
  retries: true,
  waitSeconds: true,
};

export const PORT: ArgumentNames<BoxPort> = {
  external: true,
  internal: true,
  protocol: true,
  hostAddress: true,
};

export const CAPABILITIES: ArgumentNames<Capabilities> = { add: true, drop: true };
