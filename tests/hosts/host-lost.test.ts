import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { expectRemoved } from "../live/gone.ts";
import { inLabEnvironment, vethlab } from "../live/vethlab.ts";

/** A host of a lab of several that is gone altogether: one up makes it anew, and what stood on it; the others stay. */

const LIMIT_MS = 180_000;

/** host1 of a Swarm is its manager: with it the Swarm is gone. */
const cases = [
  { lab: "overlay-etcd", lost: "host2" },
  { lab: "swarm-dnsrr", lost: "host2" },
  { lab: "swarm-dnsrr", lost: "host1" },
];

describe.each(["overlay-etcd", "swarm-dnsrr"])("%s", (lab) => {
  const stack = `host-lost-${lab}`;
  const container = (host: string) => `vethlab-${stack}-${host}`;

  const up = async () => {
    const { code, stdout, stderr } = await vethlab("up", lab, "--stack", stack, "--json");
    expect({ code, stderr, said: code === 0 ? "" : stdout }).toEqual({ code: 0, stderr: "", said: "" });
    return JSON.parse(stdout) as { ok: boolean; repairs: string[] };
  };

  // Its images may have to be built.
  beforeAll(up, 4 * LIMIT_MS);
  afterAll(() => vethlab("down", stack), LIMIT_MS);

  test.each(cases.filter((one) => one.lab === lab))(
    "is whole again after $lost was removed",
    async ({ lost }) => {
      await inLabEnvironment("docker", "rm", "--force", "--volumes", container(lost));
      const { ok, repairs } = await up();
      expect(ok).toBe(true);
      expect(repairs).toEqual([expect.stringContaining(container(lost))]);
      expect((await vethlab("verify", stack)).code).toBe(0);
    },
    LIMIT_MS,
  );

  test("is removed, and nothing of it is left", () => expectRemoved(stack), LIMIT_MS);
});
