// The program of command-life.test.ts, run in a folder of its own. STAGE says which of its states it declares.
import { mkdirSync } from "node:fs";

import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

const stage = process.env["STAGE"] ?? "";
const folder = import.meta.dirname;
const dir = (name: string) => {
  mkdirSync(`${folder}/${name}`, { recursive: true });
  return `${folder}/${name}`;
};

new local.Command("life", {
  create: 'echo "created with $WORD"; echo "trouble with $WORD" >&2',
  update: 'echo "updated with $WORD after [$PULUMI_COMMAND_STDOUT] [$PULUMI_COMMAND_STDERR]"',
  delete: `echo "deleted with $WORD after [$PULUMI_COMMAND_STDOUT]" > ${folder}/life-deleted`,
  environment: { WORD: stage },
});
new local.Command("forgetful", {
  create: 'echo "$WORD after [$PULUMI_COMMAND_STDOUT]"',
  environment: { WORD: stage },
  addPreviousOutputInEnv: false,
});
new local.Command("triggered", {
  create: `echo "create $PWD" >> ${folder}/triggered-log`,
  update: `echo "update $PWD" >> ${folder}/triggered-log`,
  delete: `echo "delete $PWD" >> ${folder}/triggered-log`,
  dir: dir(stage === "first" ? "first" : "later"),
  triggers: [{ deep: ["same", stage === "first" ? "first" : "later"] }],
});
new local.Command("interpreted", {
  interpreter: [process.execPath, "--print"],
  create: "6 * 7",
});
new local.Command("fed", { create: "cat", stdin: "one\ntwo\n" });
new local.Command("unheard", { create: "echo out-of-unheard; echo err-of-unheard >&2", logging: "none" });
new local.Command("half-heard", {
  create: "echo out-of-half; echo err-of-half >&2",
  logging: "stdout",
});
new local.Command("maker", {
  dir: dir("made"),
  create: "mkdir -p deep && echo a > a.txt && echo b > deep/b.txt && echo c > secret.txt && echo d > d.md",
  assetPaths: ["**.txt", "!secret*"],
  archivePaths: ["*.md"],
});
new local.Command(
  "secretive",
  {
    create: 'echo "$TOKEN"; cat',
    environment: { TOKEN: pulumi.secret("token-in-clear") },
    stdin: pulumi.secret("stdin-in-clear"),
    logging: "none",
  },
  { additionalSecretOutputs: ["stdout"] },
);
if (stage !== "first") new local.Command("empty", { triggers: ["nothing to run"] });

// The official plugin blocks at such a line.
if (process.env["LONG_LINE"]) new local.Command("long", { create: "head -c 204800 /dev/zero | tr '\\0' x" });

if (stage === "failing") {
  new local.Command("failing", { create: "echo out-of-failing; echo err-of-failing >&2; exit 3" });
}
if (stage === "slow") {
  new local.Command("slow", { create: `sleep 600 & echo $! > ${folder}/slow-child; wait` });
}

export const run = local.runOutput({
  command: 'echo "ran with $WORD in $PWD"; echo trouble >&2; cat',
  environment: { WORD: stage },
  dir: dir("run"),
  stdin: "fed",
});
