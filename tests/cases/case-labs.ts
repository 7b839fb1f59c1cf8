import { Checkout } from "../checkout.ts";
import type { Ended } from "../live/vethlab.ts";

/** Labs that people's real cases were rebuilt as, laid into stacks/ of a copy of the checkout. */
export class CaseLabs {
  readonly checkout = new Checkout();

  /** @param labs files of this folder, without `.ts` */
  constructor(labs: readonly string[]) {
    for (const lab of labs) {
      const text = this.checkout.read(`tests/cases/${lab}.ts`);
      this.checkout.write(`stacks/${lab}.ts`, text.replaceAll('from "../../', 'from "../'));
    }
  }

  vethlab(...args: string[]): Promise<Ended> {
    return this.checkout.run("cli/vethlab.mjs", args);
  }

  /** Takes stacks down, and the checkout away. */
  async remove(...stacks: string[]): Promise<void> {
    for (const stack of stacks) await this.vethlab("down", stack);
    this.checkout.remove();
  }
}
