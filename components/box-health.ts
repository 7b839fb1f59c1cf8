import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { Healthcheck } from "./container-args.ts";
import type { Host } from "./host.ts";

/** What waits until a box is healthy; none where nobody asks for that. */
export function waitForHealth(
  name: string,
  { healthcheck }: { healthcheck?: Healthcheck },
  { host, container, id }: { host: Host; container: pulumi.Resource; id: pulumi.Output<string> },
  parent: pulumi.Resource,
): command.local.Command[] {
  const limit = healthcheck?.waitSeconds;
  if (limit === undefined) return [];
  // By command: the provider that waits in vain has made the container all the same, and is content the next time.
  return [
    host.exec(
      `${name}-healthy`,
      {
        file: "healthy",
        apply: "wait",
        environment: { CONTAINER: host.engineName(name), LIMIT_SECONDS: String(limit) },
        engineOnly: true,
        triggers: [id],
      },
      parent,
      [container],
    ),
  ];
}
