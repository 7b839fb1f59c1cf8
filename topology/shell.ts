/** A text in single quotes. A POSIX shell changes nothing in them; only a single quote itself must be escaped. */
export function inQuotes(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Any text as one word of a POSIX shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : inQuotes(text);
}

/** A command line of a POSIX shell from a command and its arguments. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
