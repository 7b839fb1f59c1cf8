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

/** What an engine tells of a network, as the script asks for it; a line for each word. */
const described = (...words: string[]) => ["cafe old-id", ...words].join(String.raw`\n`);
const labels = ["--label=vethlab.lab=shop", "--label=vethlab.stack=shop"];
const asAsked = ["--driver=bridge", "--subnet=172.18.0.0/16", "--gateway=172.18.0.1", ...labels];

test.each([
  ["none of the name is there", ""],
  ["the name begins the id of another", described(...asAsked).replace("cafe", "other")],
])("%s: it is made", async (_, there) => {
  expect(await network("create", there)).toMatchObject({
    exitCode: 0,
    stdout: "new-id",
    calls: [
      "docker network create --driver=bridge --subnet=172.18.0.0/16 --gateway=172.18.0.1" +
        " --label=vethlab.stack=shop --label=vethlab.lab=shop cafe",
    ],
  });
});

test("the lab's own is there as it is asked for: it is taken", async () => {
  const found = await network("create", described(...asAsked));
  expect(found).toMatchObject({ exitCode: 0, stdout: "old-id", calls: [] });
});

test("which gateway it has is Docker's choice where none is asked for", async () => {
  const found = await network("create", described(...asAsked), { GATEWAY: "" });
  expect(found).toMatchObject({ exitCode: 0, stdout: "old-id", calls: [] });
});

const words = ["--internal=true", "--aux-address=router=172.18.0.9", "--opt=a.b=c"];
const more = { RANGE: "172.18.128.0/17", OPTIONS: wordLines(words) };

test("range, auxiliary addresses and options, each as one word", async () => {
  const { calls } = await network("create", "", more);
  expect(calls).toEqual([
    "docker network create --driver=bridge --subnet=172.18.0.0/16 --gateway=172.18.0.1 --ip-range=172.18.128.0/17" +
      ` --label=vethlab.stack=shop --label=vethlab.lab=shop ${words.join(" ")} cafe`,
  ]);
  const there = [...asAsked, "--ip-range=172.18.128.0/17", ...words];
  expect(await network("create", described(...there), more)).toMatchObject({ stdout: "old-id", calls: [] });
});

test.each([
  ["--driver=bridge", "overlay", {}],
  ["--subnet=172.18.0.0/16", "172.18.0.0/24", {}],
  ["--gateway=172.18.0.1", "172.18.0.10", {}],
  // One that somebody has made by hand, as the lab asks for it, has no label of the lab's.
  ["--label=vethlab.stack=shop", "", {}],
  ["--ip-range=172.18.128.0/17", "", more],
  ["--internal=true", "false", more],
  ["--opt=a.b=c", "d", more],
])("one of the name is there without %s: it is told and left alone", async (word, other, told) => {
  const there = [...asAsked, "--ip-range=172.18.128.0/17", ...words].map((one) =>
    one === word ? one.replace(/=[^=]*$/, `=${other}`) : one,
  );
  const { exitCode, stderr, calls } = await network("create", described(...there), told);
  expect({ exitCode, calls }).toEqual({ exitCode: 1, calls: [] });
  expect(stderr).toContain(
    `a network cafe is on the engine already, and it is not that of the lab: it has no ${word}.`,
  );
});

test.each([
  ["cafe", ["docker network rm cafe"]],
  ["cafe12", []],
])("removal, where the engine knows %s by the name", async (known, calls) => {
  expect(await network("remove", known)).toMatchObject({ exitCode: 0, calls });
});
