import { execa } from "execa";

import { hostOptions } from "../images/host-capabilities.ts";
import { type Engine, engineEnvironment } from "./engine.ts";

/** An image that is carried by another. */
interface Cargo {
  /** The image to carry. */
  image: string;
  /** The image that will carry the other one. Only this name of the image is removed afterwards. */
  into: string;
  /** The name of the new image. */
  as: string;
}

/**
 * Makes a host image that carries another image: runs the host's engine once, loads the image, and adds the files of the
 * engine to the host image. A host that starts from the new image has the carried image at no cost.
 */
export async function preloadImage(engine: Engine, { image, into, as }: Cargo): Promise<void> {
  await carry(engine, ["save", image], [...hostOptions, into, "preload"], { into, as });
}

/** Makes a vm image whose virtual machine has the files of another image on its disk. The other image is then removed. */
export async function preloadDisk(engine: Engine, { image, into, as }: Cargo): Promise<void> {
  const options = { env: engineEnvironment(engine), extendEnv: false };
  const { stdout: container } = await execa("docker", ["create", image], options);
  try {
    await carry(engine, ["export", container], [into, "disk"], { into, as });
  } finally {
    await execa("docker", ["rm", "--force", "--volumes", container], options);
  }
  await execa("docker", ["image", "rm", image], options);
}

/** Pipes the output of a docker command into a run of the image, and adds the files of this run to the image. */
async function carry(
  engine: Engine,
  giveOut: string[],
  run: string[],
  { into, as }: Pick<Cargo, "into" | "as">,
): Promise<void> {
  const options = { env: engineEnvironment(engine), extendEnv: false, timeout: 300_000 } as const;
  const stream = { ...options, buffer: { stdout: false }, encoding: "buffer" } as const;

  const { stdout: container } = await execa("docker", ["create", into], options);
  try {
    await execa("docker", giveOut, stream)
      .pipe("docker", ["run", "--rm", "--interactive", "--network", "none", ...run], stream)
      .pipe("docker", ["cp", "-", `${container}:/`], options);
    await execa("docker", ["commit", container, as], options);
  } finally {
    await execa("docker", ["rm", "--force", "--volumes", container], options);
  }
  await execa("docker", ["image", "rm", into], options);
}
