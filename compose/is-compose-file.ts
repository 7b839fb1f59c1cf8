import { basename } from "node:path";
import { parse } from "yaml";

/**
 * Whether a YAML file is Compose's: by its name, or by what is in it. A lab file always has claims, and Compose knows none.
 *
 * @param text what is in it
 */
export function isComposeFile(file: string, text: string): boolean {
  if (/^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/.test(basename(file))) return true;
  const written = contentOf(text);
  return !("claims" in written) && ("services" in written || "include" in written);
}

function contentOf(text: string): object {
  try {
    const written: unknown = parse(text, { merge: true, logLevel: "silent" });
    return typeof written === "object" && written !== null ? written : {};
  } catch {
    return {}; // Whoever reads the file tells what is wrong with it.
  }
}
