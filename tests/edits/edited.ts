import { expect } from "@jest/globals";
import { tracesOf } from "../machine-state.ts";
import { Checkout } from "../checkout.ts";
import type { Ended } from "../live/vethlab.ts";
import type { Model } from "./model.ts";

/** What an `up` did. */
interface Told {
  repairs: string[];
  changes: Record<string, number>;
}

/** A standing lab that is edited. */
export class EditedLab {
  readonly #checkout = new Checkout();
  readonly #stack: string;

  constructor(stack: string) {
    this.#stack = stack;
    // Its imports are those of a file in stacks/ there, too.
    this.#checkout.write("stacks/edited-lab.ts", this.#checkout.read("tests/edited-lab.ts"));
  }

  /**
   * Makes the lab as the model says by one `up`: all claims hold then, and when they are tested again, and a second `up`
   * has nothing to do.
   */
  async becomes(model: Model, what: string): Promise<void> {
    const written = JSON.stringify(model);
    const told = async (...args: string[]): Promise<Told> => {
      const { code, stdout, stderr } = await this.#vethlab(...args, "--json");
      if (code === 0) return JSON.parse(stdout) as Told;
      throw new Error(
        [`${what}: ${args.slice(0, 2).join(" ")} ends with ${code}`, written, stdout, stderr].join("\n"),
      );
    };
    await told("up", "edited-lab", "--stack", this.#stack, "-c", `model=${written}`);
    await told("verify", this.#stack);
    const { repairs, changes } = await told("up", this.#stack);
    expect({ what, written, repairs, changes }).toEqual({
      ...{ what, written, repairs: [] },
      changes: { same: expect.any(Number) as unknown },
    });
  }

  /** Takes the lab down, and the checkout away. */
  async remove(): Promise<void> {
    const { code } = await this.#vethlab("down", this.#stack);
    this.#checkout.remove();
    expect({ code, traces: await tracesOf(this.#stack) }).toEqual({ code: 0, traces: [] });
  }

  #vethlab(...args: string[]): Promise<Ended> {
    return this.#checkout.run("cli/vethlab.mjs", args);
  }
}
