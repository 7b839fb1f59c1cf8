import { readdirSync } from "node:fs";
import { extname } from "node:path";

/** `.ts` in the checkout, `.js` in the package, which is compiled. */
export const codeExtension = extname(import.meta.filename);

/** Names of the code files in a folder, without the extension. */
export function codeFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(codeExtension))
    .map((file) => file.slice(0, -codeExtension.length))
    .sort();
}
