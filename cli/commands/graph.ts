import { writeFileSync } from "node:fs";
import { instance } from "@viz-js/viz";
import { drawingOf } from "../showing/drawing.ts";
import { EXIT, type ExitCode, WrongUse } from "../exit.ts";
import { type RunningOptions, topologyOrRunning } from "../running/running-project.ts";

/** What a file's name ends with, and the format of Graphviz that it is given. */
const FORMATS = { ".svg": "svg", ".dot": "canon" };

/** `vethlab graph`: draws a lab that stands; in Graphviz' language on the standard output, or into a file. */
export async function graph(
  name: string | undefined,
  { write, ...options }: RunningOptions & { write?: string },
): Promise<ExitCode> {
  const format = write === undefined ? FORMATS[".dot"] : formatOf(write);
  const drawing = drawingOf(await topologyOrRunning(name, options));
  const text = (await instance()).renderString(drawing, { format });
  if (write === undefined) console.log(text.trimEnd());
  else writeFileSync(write, text);
  return EXIT.allWell;
}

function formatOf(file: string): string {
  for (const [end, format] of Object.entries(FORMATS)) if (file.endsWith(end)) return format;
  throw new WrongUse(`--write: ${file}\n    must end with ${Object.keys(FORMATS).join(" or ")}`);
}
