/** The texts of an SVG drawing that Graphviz has written, without the spaces around them. */
export function textsOf(svg: string): string[] {
  const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
  const character = (_: string, code: string): string => String.fromCharCode(Number(code));
  return texts.map((text) => text.replaceAll(/&#(\d+);/g, character).trim());
}
