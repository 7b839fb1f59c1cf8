import type * as docker from "@pulumi/docker";
import type { Transport } from "../topology/config.ts";

/** How the engine of a lab host is reached from the user's machine: the arguments of each resource. */
export interface EngineAccess {
  /** Of the container that is the host. */
  container: { mounts?: docker.types.input.ContainerMount[]; ports?: docker.types.input.ContainerPort[] };
  /** Environment of vethlab-host in it. */
  envs: string[];
  /** Of the provider of the engine, beside its address. */
  provider: { certPath?: string };
  /** The host's socket; undefined with TLS. */
  socket?: string;
}

/** Port of the engine in the host's own network, with TLS (IANA: docker-s). */
export const TLS_PORT = 2376;

/**
 * `socket`: a Unix socket in a folder that is shared with the host. `tls`: for engines in a virtual machine of their own
 * (Docker Desktop), which pass no sockets through: a port of the user's machine, on 127.0.0.1 only, with mutual TLS
 * (`dockerd --tlsverify`). The host makes the certificates when it starts; only the client's leave it, into the same
 * folder, and Pulumi's state has no more of them than that folder's name.
 *
 * @param directory the host's folder on the user's machine, of mode 0700
 */
export function engineAccess(transport: Transport, directory: string): EngineAccess {
  if (transport === "socket") {
    const socket = `${directory}/docker.sock`;
    return {
      container: { mounts: [{ type: "bind", source: directory, target: "/run/vethlab" }] },
      envs: [`VETHLAB_SOCKET_GID=${process.getgid?.() ?? 0}`],
      provider: {},
      socket,
    };
  }
  return {
    // Without `external` the engine chooses a free port.
    container: { ports: [{ internal: TLS_PORT, ip: "127.0.0.1", protocol: "tcp" }] },
    envs: [`VETHLAB_TLS_PORT=${TLS_PORT}`],
    provider: { certPath: directory },
  };
}
