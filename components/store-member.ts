import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { planOwnership } from "./ownership.ts";
import type { LabHost } from "./lab-host.ts";
import { dockerLabels } from "./host.ts";
import { planImage } from "./image-plan.ts";

export interface StoreMember {
  host: LabHost;
  image: pulumi.Input<string>;
  command: pulumi.Input<string>[];
  /** Folder of the data of the store: in memory, since the data goes with the lab. */
  directory: string;
}

/**
 * A server of a key-value store: a container beside the lab host, on the user's engine, in the host's network namespace
 * (`docker run --network container:HOST`). So the server has the host's address, and a restart of the host's engine does not
 * touch the server.
 */
export function storeMember(name: string, member: StoreMember, parent: pulumi.Resource): docker.Container {
  const { host, image, command, directory } = member;
  const { site, underlay } = host;
  const local = underlay.host;
  const place = `stores.${name}`;
  site.plan.name({ scope: "nodes", place, name, kind: "container" });
  planOwnership(local, place, "container", local.engineName(name));
  planImage(site, place, image);
  if (site.standing.includes(name) && !site.machine.running?.includes(local.engineName(name))) {
    site.plan.problem({
      place,
      value: local.engineName(name),
      allowed: "was built, but its container is stopped or gone, and all that the store knew with it",
      fix: `npx vethlab up ${site.stack} builds it anew`,
    });
  }
  const container = new docker.Container(
    `${name}-container`,
    {
      image,
      name: local.engineName(name),
      labels: dockerLabels(site),
      command,
      networkMode: pulumi.interpolate`container:${host.resources.container.id}`,
      mounts: [{ type: "tmpfs", target: directory }],
    },
    local.inside(parent),
  );
  site.nodes.push(() => ({
    name,
    kind: "container",
    host: local.hostName,
    container: local.engineName(name),
    joins: host.hostName,
    // Known only when the container exists.
    interfaces: container.id.apply(() => []),
  }));
  return container;
}
