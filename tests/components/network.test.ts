import { expect, test } from "@jest/globals";
import { scriptWords, wordLines } from "../../scripts/index.ts";
import { type Ran, run } from "./ran.ts";

const environment = {
  NETWORK: "cafe",
  DRIVER: "bridge",
  SUBNET: "172.18.0.0/16",
  GATEWAY: "172.18.0.1",
  RANGE: "",
  OPTIONS: "",
  LABELS: wordLines(["vethlab.stack=shop", "vethlab.lab=shop"]),
};

/** The script about a network, beside an engine that answers `docker network inspect` with `there`; the inspections are left out. */
async function network(argument: "create" | "remove", there: string, more: object = {}): Promise<Ran> {
  const inputs = {
    interpreter: scriptWords("network"),
    environment: { ...environment, ...more },
    create: argument,
  };
  const answers = `case $2 in inspect) [ -n '${there}' ] && printf '${there}\\n' ;; create) echo new-id ;; esac`;
  const { calls, ...ran } = await run({ inputs }, "create", answers);
  return { ...ran, calls: calls.filter((call) => !call.includes(" inspect ")) };
}

const labels = String.raw`\nvethlab.lab=shop\nvethlab.stack=shop`;

test.each([
  ["none of the name is there", ""],
  ["the name begins the id of another", `other cafe12 bridge 172.18.0.0/16 172.18.0.1${labels}`],
])("%s: it is made", async (_, there) => {
  expect(await network("create", there)).toMatchObject({
    exitCode: 0,
    stdout: "new-id",
    calls: [
      "docker network create --driver bridge --subnet 172.18.0.0/16 --gateway 172.18.0.1" +
        " --label vethlab.stack=shop --label vethlab.lab=shop cafe",
    ],
  });
});

test("the lab's own is there as it is asked for: it is taken", async () => {
  const found = await network("create", `cafe old-id bridge 172.18.0.0/16 172.18.0.1${labels}`);
  expect(found).toMatchObject({ exitCode: 0, stdout: "old-id", calls: [] });
});

test("the range from which the engine is to hand out addresses", async () => {
  const RANGE = "172.18.128.0/17";
  const { calls } = await network("create", "", { RANGE });
  expect(calls[0]).toContain("--gateway 172.18.0.1 --ip-range 172.18.128.0/17 --label");
  const cafe = "cafe old-id bridge 172.18.0.0/16 172.18.0.1";
  expect(await network("create", `${cafe}\\n${RANGE}${labels}`, { RANGE })).toMatchObject({
    stdout: "old-id",
  });
  const { exitCode, stderr } = await network("create", `${cafe}\\n${labels}`, { RANGE });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    "bridge 172.18.0.0/16 172.18.0.1, which does not hand out addresses from 172.18.128.0/17. It is not",
  );
});

test("which gateway it has is Docker's choice where none is asked for", async () => {
  const found = await network("create", `cafe old-id bridge 172.18.0.0/16 172.18.0.1${labels}`, {
    GATEWAY: "",
  });
  expect(found).toMatchObject({ exitCode: 0, stdout: "old-id", calls: [] });
});

test.each(["bridge 172.17.0.0/16 172.17.0.1", "overlay 172.18.0.0/16 172.18.0.1"])(
  "one of the name is %s: it is told and left alone",
  async (there) => {
    const { exitCode, stderr, calls } = await network("create", `cafe old-id ${there}${labels}`);
    expect({ exitCode, calls }).toEqual({ exitCode: 1, calls: [] });
    expect(stderr).toContain(`a network cafe is on the engine already: ${there}.`);
    expect(stderr).toContain("It is not that of the lab: bridge 172.18.0.0/16 172.18.0.1.");
  },
);

test("one that somebody has made by hand, as the lab asks for it, has no label of the lab's", async () => {
  const found = await network("create", "cafe old-id bridge 172.18.0.0/16 172.18.0.1");
  expect(found).toMatchObject({ exitCode: 1, calls: [] });
  expect(found.stderr).toContain("without the label vethlab.stack=shop");
});

test.each([
  ["cafe", ["docker network rm cafe"]],
  ["cafe12", []],
])("removal, where the engine knows %s by the name", async (known, calls) => {
  expect(await network("remove", known)).toMatchObject({ exitCode: 0, calls });
});
