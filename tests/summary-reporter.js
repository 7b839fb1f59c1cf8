import { changes, machineState } from "./machine-state.ts";

/**
 * Compares the machine before and after all tests, which is one test more; and ends a run with the one line that a
 * continuous-integration run is judged by.
 */
export default class SummaryReporter {
  #before = [];
  #left = [];

  async onRunStart() {
    this.#before = await machineState();
  }

  async onRunComplete(_contexts, results) {
    this.#left = changes(this.#before, await machineState());
    const differs = this.#left.length > 0;
    if (differs) console.log(`The machine is not as it was before the tests:\n${this.#left.join("\n")}`);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (differs ? 1 : 0);
    console.log(`${results.numPassedTests + (differs ? 0 : 1)} passed, ${failed} failed`);
  }

  /** Makes the run fail. */
  getLastError() {
    return this.#left.length > 0 ? new Error("the machine is not as it was before the tests") : undefined;
  }
}
