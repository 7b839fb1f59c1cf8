import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { entering } from "../../reach/entering.ts";
import type { Place } from "../../reach/places.ts";
import { scriptCall } from "../../scripts/index.ts";
import { commandLine } from "../../topology/shell.ts";
import { Failed } from "../exit.ts";
import type { Namespace } from "./namespaces.ts";
import { CAPTURE_FILTER, type ProbePacket } from "./probe.ts";
import type { TracingPoint } from "./ruleset.ts";

/** Time limit of each answer: a busy machine, or an emulated one, may take long. */
export const LIMIT_SECONDS = 30;

/** A namespace with the chains in which tracing begins there. */
export interface Watched {
  namespace: Namespace;
  points: readonly TracingPoint[];
}

/** The recording of one namespace. */
export interface Recording {
  /** Output of xtables-monitor. */
  trace: string;
  /** File of tcpdump. */
  pcap: Buffer;
}

/**
 * Watches the namespaces of one place with scripts/trace.sh. The script puts the tracing rules in, and takes them out at its
 * end. It ends with its input, and so with this process, even by kill -9.
 */
export class Watch {
  readonly #place: Place;
  readonly #env: NodeJS.ProcessEnv;
  readonly #variables: Record<string, string>;
  readonly #script: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ready: Promise<unknown>;
  readonly #ended: Promise<unknown>;
  /** The lines that the script has written, by their first two words. */
  readonly #lines = new Map<string, Buffer>();
  #errors = "";
  #cleaning: Promise<void> | undefined;

  constructor(place: Place, watched: readonly Watched[], packet: ProbePacket, env: NodeJS.ProcessEnv) {
    this.#place = place;
    this.#env = env;
    this.#variables = {
      NAMESPACES: watched.map(({ namespace: { key, file = "" } }) => `${key} ${file}`).join("\n"),
      POINTS: watched.flatMap(pointLines).join("\n"),
      MATCHES: packet.matches.map((match) => match.join(" ")).join("\n"),
      FILTER: CAPTURE_FILTER,
    };
    this.#script = this.#start("watch");
    this.#script.stdin.on("error", () => undefined);
    this.#script.stderr.setEncoding("utf8").on("data", (text: string) => (this.#errors += text));
    this.#ended = once(this.#script, "close").catch(() => undefined);
    this.#ready = new Promise<void>((resolve) => {
      createInterface({ input: this.#script.stdout }).on("line", (line) => {
        const [word = "", key = "", text = ""] = line.split(" ");
        this.#lines.set(`${word} ${key}`, Buffer.from(text, "base64"));
        if (word === "ready") resolve();
      });
    });
  }

  /** Waits until tcpdump and xtables-monitor listen. @throws Failed */
  async ready(): Promise<void> {
    await this.#within(Promise.race([this.#ready, this.#ended]));
    const refused = [...this.#lines].find(([key]) => key.startsWith("refused "));
    if (refused) throw new Failed(`iptables refuses the rule for tracing: ${refused[1].toString().trim()}`);
    if (!this.#lines.has("ready ")) throw this.#failed();
  }

  /** Ends the watch. @returns the recording of each namespace. @throws Failed */
  async collect(): Promise<(namespace: Namespace) => Recording> {
    this.#script.stdin.write("end\n");
    await this.#within(this.#ended);
    if (!this.#lines.has("cleaned ")) throw this.#failed();
    return ({ key }) => ({
      trace: this.#lines.get(`trace ${key}`)?.toString() ?? "",
      pcap: this.#lines.get(`pcap ${key}`) ?? Buffer.alloc(0),
    });
  }

  /** Takes everything out again. Says how to do it by hand when the place does not answer. Never throws. */
  end(): Promise<void> {
    this.#cleaning ??= this.#clean();
    return this.#cleaning;
  }

  async #clean(): Promise<void> {
    this.#script.stdin.end();
    await this.#within(this.#ended).catch(() => this.#script.kill("SIGKILL"));
    if (this.#lines.has("cleaned ") || this.#variables["POINTS"] === "") return;
    const [status] = (await once(
      this.#start("clean").on("error", () => undefined),
      "close",
    )) as [number];
    if (status === 0) return;
    const all = "iptables-save -c | grep -v vethlab-trace | iptables-restore -c";
    console.error(
      `${this.#name} does not answer: rules for tracing may be left in it. Once it runs, remove them:\n` +
        `  ${commandLine([...entering(this.#place), "sh", "-c", all])}`,
    );
  }

  get #name(): string {
    return "name" in this.#place ? this.#place.name : this.#place.host.name;
  }

  #start(argument: "watch" | "clean"): ChildProcessByStdio<Writable, Readable, Readable> {
    const script = scriptCall("trace", argument, this.#variables);
    const [program = "", ...words] = [...entering(this.#place), ...script];
    // A process group of its own: Ctrl-C reaches vethlab only, which ends the script.
    return spawn(program, words, { env: this.#env, stdio: "pipe", detached: true });
  }

  async #within<T>(promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Failed(`${this.#name} has not answered within ${LIMIT_SECONDS} s.`));
      }, LIMIT_SECONDS * 1000);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(): Failed {
    return new Failed(this.#errors.trim() || `${this.#name}: the watching has ended by itself.`);
  }
}

function pointLines({ namespace: { key, file = "" }, points }: Watched): string[] {
  return points.map(({ table, chain }) => `${key} ${table} ${chain} ${file}`);
}
