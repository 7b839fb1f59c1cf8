import { expect, jest, test } from "@jest/globals";

import { kernelFeatures } from "../../toolchain/kernel.ts";
import { lookAtMachine } from "../../toolchain/machine.ts";
import { project } from "../../toolchain/project.ts";
import { docker, ownName } from "./docker.ts";

jest.setTimeout(30_000);

test("a kernel that runs this engine has what an engine needs", async () => {
  const features = await kernelFeatures();
  for (const name of ["bridge", "veth", "iptables", "overlay"] as const) {
    expect({ name, ...features[name] }).toMatchObject({ name, available: true });
  }
  const begun = performance.now();
  expect(await kernelFeatures()).toEqual(features);
  // known from the first time: no container is started
  expect(performance.now() - begun).toBeLessThan(200);
});

test("networks on the engine are seen, with the stack whose they are", async () => {
  const name = ownName("net");
  const subnet = "198.18.77.0/24";
  const labels = ["--label", `vethlab.stack=${name}`, "--label", `vethlab.home=${project.id}`];
  await docker("network", "create", "--subnet", subnet, ...labels, name);
  try {
    const { networksInUse } = await lookAtMachine("another");
    expect(networksInUse.filter((network) => network.subnet === subnet)).toEqual([
      { name, subnet, owner: name },
    ]);
  } finally {
    await docker("network", "rm", name);
  }
});
