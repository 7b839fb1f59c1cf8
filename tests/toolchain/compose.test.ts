import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";

import type { ComposeFiles } from "../../compose/read.ts";

// The toolchain of this test has no Compose. Read by toolchain/home.mjs when it is loaded, so before that.
const folder = mkdtempSync(join(tmpdir(), "vethlab-compose-"));
process.env["VETHLAB_HOME"] = join(folder, "home");

const { composeVersion, findCompose, ownCompose } = await import("../../toolchain/compose.ts");
const { installCompose } = await import("../../toolchain/install-compose.ts");
const { readCompose } = await import("../../compose/read.ts");
const { composeKeys, unshownKeys } = await import("../../compose/keys.ts");
const { which } = await import("../../toolchain/programs.ts");
const { packageRoot } = await import("../../toolchain/paths.ts");

jest.setTimeout(60_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bin = dirname(ownCompose);

/** A process that fetches Compose, ended when a part of the program is there. */
async function killedWhileFetching(): Promise<void> {
  const script = `import { installCompose } from "${packageRoot}/toolchain/install-compose.ts"; await installCompose(() => {});`;
  const fetching = execa(process.execPath, ["--input-type=module", "--eval", script], { reject: false });
  while (!(existsSync(bin) && readdirSync(bin).length > 0)) await sleep(20);
  fetching.kill("SIGKILL");
  await fetching;
}

test("a machine without Compose gets the program and nothing else, also after a run that was killed", async () => {
  await killedWhileFetching();
  expect(readdirSync(bin)).toEqual([expect.stringMatching(/^docker-compose-2\.40\.part-/)]);

  await installCompose(() => undefined);
  expect(readdirSync(bin)).toEqual(["docker-compose-2.40"]);
  const { stdout } = await execa(ownCompose, ["version", "--short"]);
  expect(stdout).toMatch(/^2\.40\./);
});

test.each([
  ["a source that fails", ["--create", "/no/such/file"], "tar: /no/such/file: Cannot stat"],
  ["a package without the program", ["--create", "/etc/hostname"], "docker-compose: Not found in archive"],
])("%s is told, and changes nothing", async (_, args, words) => {
  const before = readdirSync(bin);
  const fetching = installCompose(() => undefined, { command: "tar", args, env: process.env });
  const error = (await fetching.catch((error: unknown) => error)) as Error;
  expect(error).toMatchObject({ name: "MachineLacks", exitCode: 3 });
  expect(error.message).toContain(words);
  expect(error.message).toContain("What to do: install Docker Compose 2 or later");
  expect(readdirSync(bin)).toEqual(before);
});

/** How often somebody asked the engine that DOCKER_HOST names. */
let asked = 0;
const engine = createServer((socket) => {
  asked += 1;
  socket.destroy();
});

/** From now on DOCKER_HOST names an engine that only counts. */
async function countQuestions(): Promise<void> {
  const socket = join(folder, "engine.sock");
  await new Promise<void>((resolve) => engine.listen(socket, resolve));
  process.env["DOCKER_HOST"] = `unix://${socket}`;
}
afterAll(() => {
  engine.close();
});

/** A folder with the only programs on PATH from now on. */
function onPath(name: string): string {
  const programs = join(folder, name);
  mkdirSync(programs, { recursive: true });
  process.env["PATH"] = programs;
  return programs;
}

test("Docker's plugin comes first, then docker-compose, unless it is the Python program, then vethlab's", async () => {
  await countQuestions();
  const docker = which("docker") ?? "";
  const own = onPath("own");
  writeFileSync(join(own, "docker-compose"), "#!/bin/sh\necho 1.29.2\n", { mode: 0o755 });
  expect(await findCompose()).toMatchObject({ words: [ownCompose] });

  cpSync(ownCompose, join(onPath("users"), "docker-compose"));
  expect(await findCompose()).toEqual({
    words: ["docker-compose"],
    version: expect.stringMatching(/^2\.40\.\d+$/),
  });

  symlinkSync(docker, join(onPath("users"), "docker"));
  const plugins = join(folder, "docker", "cli-plugins");
  mkdirSync(plugins, { recursive: true });
  cpSync(ownCompose, join(plugins, "docker-compose"));
  process.env["DOCKER_CONFIG"] = dirname(plugins);
  expect(await findCompose()).toMatchObject({ words: ["docker", "compose"] });
});

const files = {
  "compose.yaml": `
version: "3.8"
include: [shared/db.yaml]
x-web: &web
  extends: { file: shared/base.yaml, service: base }
  networks: [front]
services:
  web:
    <<: *web
    ports: ["\${PORT:-8080}-\${LAST:-8082}:80-82", "127.0.0.1:53:53/udp"]
    environment: ["NOT_SET=\${NOT_SET}", "NOT_SET_AGAIN=\${NOT_SET}"]
  admin: { image: admin, profiles: [ops], networks: [back] }
networks:
  front:
  back: { internal: true }
x-vethlab: { claims: [web reaches db] }
`,
  "shared/base.yaml": "services: { base: { image: base, dns: 9.9.9.9, hostname: www } }",
  "shared/db.yaml": "services: { db: { image: db, expose: [5432] } }",
  "override.yaml":
    "services: { web: { networks: { front: { aliases: [shop], ipv4_address: 10.5.0.9 } }, scale: 2 } }\nnetworks: { front: { ipam: { config: [{ subnet: 10.5.0.0/24 }] } } }",
  ".env": "PORT=8180\nLAST=8182",
  "prod.env": "PORT=9080\nLAST=9082",
  "bad.yaml": "services:\n  web: { image: x, netwoks: [front] }",
  "required.yaml": "services: { web: { image: '${IMAGE:?name the image}' } }",
  "remote.yaml": "include: [https://git.invalid/shop.git]",
};

const project = join(folder, "shop");

beforeAll(() => {
  mkdirSync(join(project, "shared"), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text);
});

const read = (names: string[], options: Omit<ComposeFiles, "files"> = {}) =>
  readCompose({ files: names.map((name) => join(project, name)), ...options });

const published = async (reading: ReturnType<typeof read>) => {
  const { project } = (await reading) as {
    project: { services: { web: { ports: { published: string }[] } } };
  };
  return project.services.web.ports.map(({ published }) => published);
};

test("reading gives what the file means to Compose, and its warnings once", async () => {
  const { project, warnings } = await read(["compose.yaml", "override.yaml"]);
  expect(project).toMatchObject({
    name: "shop",
    services: {
      web: {
        image: "base",
        dns: ["9.9.9.9"],
        hostname: "www",
        scale: 2,
        networks: { front: { aliases: ["shop"], ipv4_address: "10.5.0.9" } },
        ports: [
          { target: 80, published: "8180", protocol: "tcp" },
          { target: 81, published: "8181", protocol: "tcp" },
          { target: 82, published: "8182", protocol: "tcp" },
          { target: 53, published: "53", protocol: "udp", host_ip: "127.0.0.1" },
        ],
      },
      db: { image: "db", expose: ["5432"], networks: { default: null } },
    },
    networks: {
      front: { name: "shop_front", ipam: { config: [{ subnet: "10.5.0.0/24" }] } },
      default: { name: "shop_default" },
    },
    "x-vethlab": { claims: ["web reaches db"] },
  });
  expect(Object.keys((project as { services: object }).services)).toEqual(["db", "web"]);
  expect(unshownKeys(project)).toEqual([]);
  expect(warnings).toHaveLength(2);
  expect(warnings).toContain('The "NOT_SET" variable is not set. Defaulting to a blank string.');
});

test("reading takes profiles, files of variables and the project's folder", async () => {
  const { project } = await read(["compose.yaml"], { profiles: ["ops"] });
  expect(project).toMatchObject({
    services: { admin: { networks: { back: null } } },
    networks: { back: { internal: true } },
  });
  const inFolder = (name: string) => join(folder, "shop", name);
  expect(await published(read(["compose.yaml"], { envFiles: [inFolder("prod.env")] }))).toEqual([
    ...["9080", "9081", "9082", "53"],
  ]);
  await expect(read(["shared/db.yaml"], { projectDirectory: folder })).resolves.toMatchObject({
    project: { name: basename(folder).toLowerCase() },
  });
});

test.each([
  ["bad.yaml", "services.web additional properties 'netwoks' not allowed"],
  ["required.yaml", "required variable IMAGE is missing a value: name the image"],
  ["missing.yaml", "missing.yaml: no such file or directory"],
  // A file fetches nothing from elsewhere.
  ["remote.yaml", 'git remote resource is disabled by "COMPOSE_EXPERIMENTAL_GIT_REMOTE"'],
])("%s is refused in Compose's words", async (file, words) => {
  const error = (await read([file]).catch((error: unknown) => error)) as Error;
  expect(error).toMatchObject({ name: "ComposeRefuses", exitCode: 2 });
  expect(error.message).toContain(words);
  expect(error.message).not.toMatch(/time=|level=/);
});

test("no engine was asked", async () => {
  // Where docker has no such plugin, it asks the engine.
  expect(await composeVersion(["docker", "no-such-plugin"])).toBeUndefined();
  expect(asked).toBe(0);
});

interface Schema {
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  $ref?: string;
}

/** The schema by which the program checks files: it is in the program as it is in Compose's sources. */
function schemaOf(file: string): Schema & { definitions: Record<string, Schema> } {
  const program = readFileSync(file);
  const begin = program.lastIndexOf("{", program.indexOf('"compose_spec.json"'));
  const end = program.indexOf("\n}\n", begin) + 2;
  return JSON.parse(program.toString("utf8", begin, end)) as ReturnType<typeof schemaOf>;
}

test("each key of Compose's schema is in the table, and no other", () => {
  const root = schemaOf(ownCompose);
  const inSchema: Record<string, Set<string>> = {};
  const walk = (schema: Schema, place: string): void => {
    const name = schema.$ref?.replace("#/definitions/", "");
    const {
      properties = {},
      patternProperties = {},
      items,
      oneOf = [],
    } = name === undefined ? schema : (root.definitions[name] ?? {});
    const at = (key: string) => (place === "" ? key : `${place}.${key}`);
    for (const [key, inner] of Object.entries(properties)) {
      (inSchema[place] ??= new Set()).add(key);
      // What is below a key that is not shown is not looked at either.
      if (composeKeys[place]?.shown.includes(key)) walk(inner, at(key));
    }
    for (const [pattern, inner] of Object.entries(patternProperties))
      if (pattern !== "^x-") walk(inner, at("*"));
    if (items !== undefined) walk(items, at("*"));
    for (const one of oneOf) walk(one, place);
  };
  walk(root, "");
  const inTable = Object.entries(composeKeys).map(([place, { shown, leftOut, named }]) => [
    place,
    [...shown, ...leftOut, ...Object.keys(named)].sort(),
  ]);
  expect(Object.fromEntries(inTable)).toEqual(
    Object.fromEntries(Object.entries(inSchema).map(([place, keys]) => [place, [...keys].sort()])),
  );
});
