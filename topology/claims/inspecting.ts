import { z } from "zod";

/** The sentence of a claim. */
export const summary = z.string().describe("the claim in one short sentence, as tables show it");

/** A claim about what is read and compared, of the kinds of one family. */
export interface Inspecting<Schema extends z.ZodType> {
  summary: string;
  inspect: z.infer<Schema>;
}
