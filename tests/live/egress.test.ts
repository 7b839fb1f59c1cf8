import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { imageReference } from "../../images/recipe.ts";
import { inLabEnvironment, vethlab } from "./vethlab.ts";

/** Longest time of one test: two labs' ups. */
jest.setTimeout(240_000);

describe("claims of egress towards a host that is not the stand-in", () => {
  const stack = `egress-${process.pid}`;
  const server = `egress-server-${process.pid}`;
  let address = "";
  const docker = (...words: string[]) => inLabEnvironment("docker", ...words);

  // The network that the lab host is on is one of the user's own engine: what is on it is beyond the lab host.
  beforeAll(async () => {
    const { stdout } = await vethlab("up", "nat-egress", "--stack", stack, "--json");
    const { addresses } = JSON.parse(stdout) as {
      addresses: Record<string, Record<string, { address: string }>>;
    };
    address = (addresses["host1"]?.["underlay"]?.address ?? "").replace(/\d+$/, "77");
    const network = `vethlab-${stack}-underlay`;
    const run = ["run", "--detach", "--name", server, "--network", network, "--ip", address];
    expect(await docker(...run, imageReference("box"), "vethlab-idle")).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await docker("rm", "--force", "--volumes", server);
    await vethlab("down", stack);
  });

  const claimsOf = async (...args: string[]) => {
    const { stdout } = await vethlab(...args, "--json");
    const { results } = (
      args[0] === "up" ? (JSON.parse(stdout) as { report: unknown }).report : JSON.parse(stdout)
    ) as { results: { claim: string; holds: boolean }[] };
    return results.filter(({ claim }) => claim.includes(address));
  };

  test("hold while it answers, and no longer when it is gone", async () => {
    const both = [`host1 pings ${address}`, `box1 pings ${address}`].map((claim) => ({ claim }));
    const up = await claimsOf("up", stack, "-c", `outside=${address}`);
    expect(up).toMatchObject(both.map((one) => ({ ...one, holds: true })));
    await docker("stop", "--time", "0", server);
    const verify = await claimsOf("verify", stack);
    expect(verify).toMatchObject(both.map((one) => ({ ...one, holds: false })));
    await docker("start", server);
  });

  test("and by nobody's masquerade it gets no answer, though its host does", async () => {
    expect(await claimsOf("up", stack, "-c", "masquerade=none")).toMatchObject([
      { claim: `host1 pings ${address}`, holds: true },
      { claim: `box1 gets no reply from ${address}`, holds: true },
    ]);
  });
});
