/** A text as one word of a POSIX shell, whatever is in it. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command line of a POSIX shell from a command and its arguments. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
