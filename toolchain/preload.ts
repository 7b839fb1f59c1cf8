import { execa } from "execa";

import { hostCapabilities, hostSecurityOptions } from "../images/host-capabilities.ts";
import { type Engine, engineEnvironment } from "./engine.ts";

/**
 * Makes a host image that carries another image within it: runs the host's engine once, lets it load the image, and
 * adds the engine's files of it to the host image. A host that starts from it has the image at no cost.
 *
 * @param image the image to carry
 * @param into the host image without it; only this name of it is removed afterwards
 * @param as the name of the new host image
 */
export async function preloadImage(
  engine: Engine,
  { image, into, as }: { image: string; into: string; as: string },
): Promise<void> {
  const options = { env: engineEnvironment(engine), extendEnv: false, timeout: 120_000 } as const;
  const stream = { ...options, buffer: { stdout: false }, encoding: "buffer" } as const;

  const { stdout: container } = await execa("docker", ["create", into], options);
  try {
    await execa("docker", ["save", image], stream)
      .pipe(
        "docker",
        [
          ...["run", "--rm", "--interactive", "--network", "none"],
          ...hostCapabilities.flatMap((name) => ["--cap-add", name]),
          ...hostSecurityOptions.flatMap((option) => ["--security-opt", option]),
          ...[into, "preload"],
        ],
        stream,
      )
      .pipe("docker", ["cp", "-", `${container}:/`], options);
    await execa("docker", ["commit", container, as], options);
  } finally {
    await execa("docker", ["rm", "--force", "--volumes", container], options);
  }
  await execa("docker", ["image", "rm", into], options);
}
