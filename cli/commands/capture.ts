import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { project } from "../../toolchain/project.ts";
import { toolsImage } from "../../toolchain/tools-image.ts";
import { captureCommand, NOT_THERE } from "../capturing/capture-command.ts";
import { TcpdumpWords } from "../capturing/tcpdump-words.ts";
import { enterLabEnvironment } from "../environment.ts";
import { EXIT, type ExitCode, Failed, WrongUse } from "../exit.ts";
import { type RunningOptions, topologyOrRunning } from "../running/running-project.ts";

export interface CaptureOptions extends RunningOptions {
  /** A file to be written, or `-`. */
  write?: string;
  filter?: string;
  count?: string;
  seconds?: string;
}

/** `vethlab capture`: what passes a node's interfaces or a network, as text or as a pcap file. */
export async function capture(
  lab: string | undefined,
  where: string,
  options: CaptureOptions,
): Promise<ExitCode> {
  const { write, filter } = options;
  const count = wholeNumber("--count", options.count);
  const seconds = positiveNumber("--seconds", options.seconds);
  const topology = await topologyOrRunning(lab, options);
  const { command, what } = captureCommand(
    topology,
    where,
    {
      pcap: write !== undefined,
      ...(filter === undefined || filter.trim() === "" ? {} : { filter }),
      ...(count === undefined ? {} : { count }),
    },
    { image: toolsImage, home: project.id },
  );
  if (write === "-" && process.stdout.isTTY) {
    throw new WrongUse(
      "A pcap stream is not for a terminal: `--write - | wireshark -k -i -`, or name a file.",
    );
  }
  await enterLabEnvironment();

  const said = new TcpdumpWords();
  const file = write === "-" ? undefined : write;
  const status = await run(command, file, seconds, said, () => {
    const until = count === undefined && seconds === undefined ? "; Ctrl-C ends it" : "";
    console.error(`Capturing: ${what}${until}`);
  });
  if (!said.listening) {
    const message = said.said.join("\n") || `the capture ended with status ${status}`;
    // tcpdump ends with 1 for whatever is wrong; before it listens, that is the filter or the interface
    const ofInterface = /permi(?:tted|ssion)|such device|interface|socket|couldn't change/i.test(message);
    if (status === 1 && filter !== undefined && !ofInterface) throw new WrongUse(message);
    throw new Failed(status === NOT_THERE ? `Nothing to capture at: ${message}` : message);
  }
  console.error(file === undefined ? said.summary : `${said.summary} in ${file}`);
  return status === 0 || said.captured !== undefined ? EXIT.allWell : EXIT.failed;
}

/** Runs it to its end: until it has its packets, the seconds are over, a signal comes, or nobody reads any more. */
function run(
  [program = "", ...words]: readonly string[],
  file: string | undefined,
  seconds: number | undefined,
  said: TcpdumpWords,
  onListening: () => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    // a process group of its own: Ctrl-C is for us, and tcpdump is then told to end, and says what it has
    const child = spawn(program, words, { stdio: "pipe", detached: true });
    const end = (): void => {
      child.stdin.end();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
    child.stdin.on("error", () => undefined);
    let timer: NodeJS.Timeout | undefined;
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      const before = said.listening;
      const urgent = said.read(chunk);
      if (!before && said.listening) {
        onListening();
        if (seconds !== undefined) timer = setTimeout(end, seconds * 1000);
      }
      for (const line of urgent) console.error(line);
    });
    let written: Writable = process.stdout;
    // the file is made when there is something to write: a filter with a mistake in it costs nobody a file
    child.stdout.once("readable", () => {
      if (child.stdout.readableLength === 0) {
        child.stdout.resume(); // it has ended, and nobody must wait for it
        return;
      }
      if (file !== undefined) written = createWriteStream(file);
      written.on("error", (error: NodeJS.ErrnoException) => {
        // whoever reads has seen enough
        if (error.code !== "EPIPE") reject(new WrongUse(`Cannot write: ${error.message}`));
        end();
      });
      child.stdout.pipe(written, { end: file !== undefined });
    });
    child.on("error", (error) => {
      reject(new Failed(`${program} could not be run: ${error.message}`));
    });
    child.on("close", (status) => {
      clearTimeout(timer);
      const done = (): void => {
        resolve(status ?? 1);
      };
      if (written === process.stdout || written.closed) done();
      else written.once("close", done);
    });
  });
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  const number = positiveNumber(option, text);
  if (number === undefined || Number.isInteger(number)) return number;
  throw new WrongUse(`${option} ${text ?? ""}: a whole number from 1.`);
}

function positiveNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number) && number > 0) return number;
  throw new WrongUse(`${option} ${text}: a number above 0.`);
}
