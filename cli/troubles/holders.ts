import { overlap } from "../../topology/addresses.ts";
import { ask } from "../../toolchain/programs.ts";
import type { Taken } from "./causes.ts";

/** Who has what was asked for: a container or a network of the engine, by its name there. */
export interface Holder {
  name: string;
  /** How it has it, behind its name: `is plugged into lan`. */
  how: string;
}

/**
 * Asks an engine who has what only one may have. It is asked after something was refused: an engine that does not answer
 * by now tells nobody.
 *
 * @param docker the docker command of the engine
 */
export async function holdersOf(docker: readonly string[], taken: Taken): Promise<Holder[]> {
  switch (taken.kind) {
    case "address": {
      const plugged = await pluggedInto(docker, taken.network);
      return plugged
        .filter(({ address }) => address === taken.address)
        .map(({ name }) => ({ name, how: `has ${taken.address}` }));
    }
    case "plug": {
      const plugged = await pluggedInto(docker, taken.network);
      return plugged.map(({ name }) => ({ name, how: `is plugged into ${taken.network}` }));
    }
    case "port": {
      const names = await linesOf(
        docker,
        "ps",
        "--filter",
        `publish=${taken.port}`,
        "--format",
        "{{.Names}}",
      );
      return names.map((name) => ({ name, how: `publishes port ${taken.port}` }));
    }
    case "subnet": {
      const ids = await linesOf(docker, "network", "ls", "--quiet");
      const format = "{{range .IPAM.Config}}{{$.Name}} {{.Subnet}}{{println}}{{end}}";
      const networks = await linesOf(docker, "network", "inspect", "--format", format, ...ids);
      return networks
        .map((line) => line.split(" "))
        .filter(([, subnet = ""]) => isOverlap(subnet, taken.subnet))
        .map(([name = "", subnet = ""]) => ({ name, how: `has ${subnet}` }));
    }
    case "name":
      return [{ name: taken.name, how: `is a ${taken.of} already` }];
  }
}

async function pluggedInto(
  docker: readonly string[],
  network: string,
): Promise<{ name: string; address: string }[]> {
  const format = "{{range .Containers}}{{.Name}} {{.IPv4Address}}{{println}}{{end}}";
  const lines = await linesOf(docker, "network", "inspect", "--format", format, network);
  return lines.map((line) => {
    const [name = "", address = ""] = line.split(" ");
    return { name, address: address.replace(/\/\d+$/, "") };
  });
}

function isOverlap(a: string, b: string): boolean {
  return !a.includes(":") && a !== "" && b !== "" && overlap(a, b);
}

async function linesOf([program = "", ...before]: readonly string[], ...words: string[]): Promise<string[]> {
  const { stdout } = await ask(program, [...before, ...words]);
  return stdout.split("\n").filter((line) => line !== "");
}
