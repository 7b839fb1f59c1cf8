/** What of a Compose file is not in its twin, for a person. */
export function describeNotes(notes: readonly string[]): string {
  return ["", "Not as in the file:", ...notes.map((note) => `  ${note}`)].join("\n");
}
