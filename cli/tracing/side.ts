import { placesOf } from "../../reach/places.ts";
import { prelude } from "../../reach/protocol.ts";
import { inContainer, type Received, Session, SessionLost } from "../../reach/session.ts";
import type { Topology } from "../../topology/document.ts";
import { Failed, WrongUse } from "../exit.ts";
import type { ProbePacket } from "./probe.ts";
import { cleanScript, removeRulesScript, type Watched } from "./scripts.ts";
import { chooseSpaces, listSpacesScript, readSpaces, type Space } from "./spaces.ts";

const LIMIT_SECONDS = 15;

/** Where namespaces are watched from: a lab host, or a box beside it on the user's engine. */
export class Side {
  readonly name: string;
  readonly #shell: readonly string[];
  /** The lab host's name; undefined for a box on the user's engine, in which nothing but itself is seen. */
  readonly host: string | undefined;
  spaces: readonly Space[] = [];
  /** Bridge -> network of the engine. */
  networks: ReadonlyMap<string, string> = new Map();
  #session: Session;
  #round = 0;
  readonly #env: NodeJS.ProcessEnv;

  constructor(name: string, shell: readonly string[], host: string | undefined, env: NodeJS.ProcessEnv) {
    this.name = name;
    this.#shell = shell;
    this.host = host;
    this.#env = env;
    this.#session = new Session(shell, env);
  }

  /** Runs a script of scripts.ts, and waits for its frames. */
  async run(script: string, frames: readonly string[]): Promise<Received> {
    const round = ++this.#round;
    const received = await this.#session
      .run(round, prelude(round) + script, frames, LIMIT_SECONDS)
      .catch((error: unknown) => {
        throw error instanceof SessionLost ? new Failed(error.message) : error;
      });
    const missing = frames.filter((frame) => !received.has(frame));
    if (missing.length > 0) {
      throw new Failed(`${this.name} has not answered within ${LIMIT_SECONDS} s (${missing.join(", ")}).`);
    }
    return received;
  }

  /** Finds the namespaces that are to be watched. */
  async survey(topology: Topology, wanted: readonly string[]): Promise<void> {
    const { host } = this;
    if (host === undefined) return;
    const script = [
      `emit version 0 "$(iptables --version 2>&1)"`,
      `emit spaces 0 "$(${listSpacesScript})"`,
      `emit networks 0 "$(docker network ls -q | xargs -r docker network inspect --format '${NETWORK}')"`,
      "",
    ].join("\n");
    const found = await this.run(script, ["version", "spaces", "networks"]);
    const version = found.get("version")?.stdout ?? "";
    if (!version.includes("nf_tables")) {
      throw new Failed(
        `The kernel's trace is read through nf_tables, which ${host} does not have (${version.trim()}).`,
      );
    }
    this.spaces = chooseSpaces(readSpaces(topology, host, found.get("spaces")?.stdout ?? ""), wanted).map(
      (space) => ({ ...space, name: space.name === "" ? host : space.name }),
    );
    this.networks = readNetworks(found.get("networks")?.stdout ?? "");
  }

  /** Takes out what was put in for tracing, even where the session has been lost; then nothing of it is left. */
  async clean(watched: readonly Watched[], packet: ProbePacket): Promise<void> {
    try {
      await this.run(cleanScript, ["cleaned"]);
    } catch {
      // The shell in the container ends with its input, and cleans up as it ends; this is for a shell that could not.
      this.#session.close();
      this.#session = new Session(this.#shell, this.#env);
      await this.run(`${removeRulesScript(watched, packet)}\nemit removed 0 ''\n`, ["removed"]).catch(() => {
        if (watched.every(({ points }) => points.length === 0)) return;
        const all = "iptables-save -c | grep -v vethlab-trace | iptables-restore -c";
        console.error(
          `${this.name} does not answer: rules for tracing may be left in it. Once it runs, remove them:\n` +
            `  ${this.#shell.join(" ")} sh -c '${all}'`,
        );
      });
    }
  }

  close(): void {
    this.#session.close();
  }
}

const NETWORK = `{{slice .Id 0 12}} {{.Name}} {{index .Options "com.docker.network.bridge.name"}}`;

/** Bridge -> network, of what the engine says of its networks. */
export function readNetworks(listed: string): Map<string, string> {
  const lines = listed
    .split("\n")
    .map((line) => line.trim().split(" "))
    .filter(({ length }) => length >= 2);
  return new Map(
    lines.map(([id = "", name = "", bridge]) => [
      bridge === undefined || bridge === "<no" ? `br-${id}` : bridge,
      name,
    ]),
  );
}

/**
 * The containers from which a packet's way is watched: the lab's hosts, and sender and receiver where these are
 * containers beside them.
 * @throws WrongUse where this would touch the user's own machine
 */
export function sidesOf(topology: Topology, parties: readonly string[], env: NodeJS.ProcessEnv): Side[] {
  const hosts = topology.hosts.filter(({ kind, shell }) => kind !== "ssh" && shell !== undefined);
  if (hosts.length === 0) {
    throw new WrongUse(
      [
        `The lab stands on a machine of yours (host: local or ssh): to trace a packet, rules would have to be put into`,
        `that machine's firewall, which vethlab never touches. Build it on a host of its own:`,
        `  npx vethlab up ${topology.lab} --stack ${topology.lab}-traced -c host=container`,
      ].join("\n"),
    );
  }
  const boxes = new Map<string, string>();
  for (const party of parties) {
    const place = placesOf(topology).get(party);
    if (place === undefined || hosts.some(({ name }) => name === place.host)) continue;
    if (place.kind !== "container") {
      throw new WrongUse(`"${party}" is this machine itself, whose network vethlab does not enter.`);
    }
    boxes.set(party, place.container);
  }
  return [
    ...hosts.map(({ name, shell = [] }) => new Side(name, shell, name, env)),
    ...[...boxes].map(([name, container]) => {
      const side = new Side(name, inContainer(container), undefined, env);
      side.spaces = [{ key: "n0", name, nodes: [name], enter: "", iptables: false }];
      return side;
    }),
  ];
}
