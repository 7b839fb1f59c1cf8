import { engineCommand } from "../../reach/entering.ts";
import type { Topology, TopologyHost } from "../../topology/document.ts";
import { ask } from "../../toolchain/programs.ts";
import type { Trouble } from "./trouble.ts";

/** How many of the last lines of a box are shown. */
const LAST_LINES = 2;

/** The boxes of a lab that have ended, each with its exit status and its last lines. One question a host: 0.1 s. */
export async function endedBoxes({ hosts, nodes }: Topology): Promise<Trouble[]> {
  const found = await Promise.all(
    hosts.map((host) =>
      endedOn(
        host,
        nodes.filter((node) => node.kind === "container" && node.host === host.name),
      ),
    ),
  );
  return found.flat();
}

async function endedOn(
  host: TopologyHost,
  boxes: readonly { name: string; container?: string | undefined }[],
): Promise<Trouble[]> {
  if (boxes.length === 0) return [];
  const [program = "", ...before] = engineCommand(host);
  const docker = (...words: string[]) => ask(program, [...before, ...words]);
  const format = "{{.Name}} {{.State.Status}} {{.State.ExitCode}}";
  const names = boxes.map(({ name, container }) => container ?? name);
  const { stdout } = await docker("container", "inspect", "--format", format, ...names);
  const ended = stdout.split("\n").flatMap((line) => {
    const [name = "", status, exitCode = ""] = line.split(" ");
    return status === "exited" || status === "dead" ? [{ container: name.replace(/^\//, ""), exitCode }] : [];
  });
  return Promise.all(
    ended.map(async ({ container, exitCode }) => {
      const box = boxes.find((one) => (one.container ?? one.name) === container)?.name ?? container;
      const logs = await docker("logs", "--tail", String(LAST_LINES), container);
      const lines = `${logs.stdout}${logs.stderr}`.trimEnd().split("\n").filter(Boolean);
      return {
        place: `box ${box} on ${host.kind === "local" ? "this machine" : host.name}`,
        message: `it has ended, with exit status ${exitCode}${lines.length > 0 ? "" : ", and has written nothing"}`,
        ...(lines.length > 0 ? { concerned: lines.map((line) => `| ${line}`) } : {}),
        next: "give it a command that does not end; a box without a command idles",
      };
    }),
  );
}
