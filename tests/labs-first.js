import Sequencer from "@jest/test-sequencer";

/** Labs first: they take long, and short tests fill what is left of the time until the last of them has ended. */
export default class LabsFirst extends Sequencer {
  sort(tests) {
    const ofLabs = ({ path }) => /\/tests\/(?:live|labs|pages)\//.test(path);
    const sorted = super.sort(tests);
    return [...sorted.filter(ofLabs), ...sorted.filter((test) => !ofLabs(test))];
  }
}
