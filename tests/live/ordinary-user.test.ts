import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { packageRoot, toolchainHome } from "../../toolchain/paths.ts";
import { inLabEnvironment } from "./vethlab.ts";

jest.setTimeout(120_000);

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
asRoot("an ordinary user in the docker group", () => {
  const user = "vethlab-test";
  const home = "/tmp/vethlab-test-home";
  const asUser = (command: string) =>
    execa("su", ["-", user, "-c", `cd ${home}/checkout && ${command}`], { all: true, reject: false });

  beforeAll(async () => {
    // One that an interrupted run of this test has left.
    await execa("userdel", ["--remove", user], { reject: false });
    await execa("useradd", [
      "--create-home",
      "--home-dir",
      home,
      "--shell",
      "/bin/bash",
      "--groups",
      "docker",
      user,
    ]);
    // A checkout and a toolchain of the user's own; what is not copied the user makes.
    await execa("bash", [
      "-c",
      `its="$2/.local/share/vethlab/$(basename "$3")" && mkdir -p "$2/checkout" "$its" && cd "$1" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$2/checkout" &&
       cp -a node_modules "$2/checkout/" && cp -a "$3"/{bin,pulumi,pulumi.json} "$its/" && chown -R ${user}: "$2"`,
      "copy",
      packageRoot,
      home,
      toolchainHome,
    ]);
  });
  afterAll(async () => {
    await asUser("npx vethlab down --all");
    await execa("userdel", ["--remove", user], { reject: false });
  });

  test("sets up, builds, verifies and removes a lab", async () => {
    for (const command of [
      "node toolchain/bootstrap.mjs",
      "npx vethlab up user-bridge",
      "npx vethlab verify user-bridge",
      "npx vethlab exec user-bridge box1 -- ping -c 1 box2",
      "npx vethlab down user-bridge",
    ]) {
      const { exitCode, all } = await asUser(command);
      expect({ command, exitCode, all }).toMatchObject({ exitCode: 0 });
    }
  });

  // Here, since it would end the labs of other tests in the checkout that these run in.
  test("removes every lab of the checkout by down --all, and nothing else", async () => {
    const foreign = `${user}-foreign`;
    await inLabEnvironment("docker", "network", "create", foreign);
    try {
      for (const lab of ["netns-veth", "joined-web"]) {
        expect(await asUser(`npx vethlab up ${lab}`)).toMatchObject({ exitCode: 0 });
      }
      const { stdout } = await asUser("npx vethlab down --all --json");
      expect(JSON.parse(stdout)).toEqual({ removed: ["joined-web", "netns-veth"] });
      const { stdout: left } = await asUser("npx vethlab list --json");
      expect((JSON.parse(left) as { stacks: string[] }[]).flatMap(({ stacks }) => stacks)).toEqual([]);
      expect(await inLabEnvironment("docker", "network", "inspect", foreign)).toMatchObject({ code: 0 });
    } finally {
      await inLabEnvironment("docker", "network", "rm", foreign);
    }
  });
});
