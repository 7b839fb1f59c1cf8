import { distance } from "fastest-levenshtein";

/** The known word that `word` was probably meant to be, or undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const rated = known.map((one) => ({
    one,
    letters: distance(word.toLowerCase(), one.toLowerCase()),
    // `wbe` is rather `web` than `db`.
    length: Math.abs(word.length - one.length),
  }));
  const [best] = rated.sort((a, b) => a.letters - b.letters || a.length - b.length);
  return word !== "" && best !== undefined && best.letters <= Math.max(2, word.length / 3)
    ? best.one
    : undefined;
}

/** `did you mean "x"?` when a known word is near, else the known words. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length === 0 ? "leave it out" : `use one of: ${known.join(", ")}`;
}
