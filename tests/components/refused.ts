import { declare } from "./mocked.ts";

/** Prints what a program is refused with, and what of its lab was declared all the same (JSON). Ends the process. */
export async function refusals(program: () => void): Promise<never> {
  const ended = new Promise<Error>((resolve) => {
    process.once("uncaughtException", resolve);
  });
  const found = await declare(program);
  const { message } = await ended;
  const declared = [...found].filter(([, { type }]) => !type.startsWith("vethlab:")).map(([name]) => name);
  console.log(JSON.stringify({ message, declared }));
  process.exit(0);
}
