/** A text in single quotes: there a POSIX shell takes everything as it is, but for these themselves. */
export function inQuotes(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A text as one word of a POSIX shell, whatever is in it. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : inQuotes(text);
}

/** A command line of a POSIX shell from a command and its arguments. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
