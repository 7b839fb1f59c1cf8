import { afterAll, jest, test } from "@jest/globals";
import { EditedLab } from "../edits/edited.ts";
import { first } from "../edits/model.ts";
import { randomEdit } from "../edits/random-edits.ts";
import { randomFrom } from "../random.ts";

/** Random edits of a standing lab, each made by one `up`. VETHLAB_SEED=N repeats them, VETHLAB_EDITS=N makes so many. */
const seed = Number(process.env["VETHLAB_SEED"] ?? Date.now() % 1_000_000);
const count = Number(process.env["VETHLAB_EDITS"] ?? 200);

jest.setTimeout(count * 60_000);

const lab = new EditedLab(`edits-${process.pid}`);
afterAll(() => lab.remove());

test(`${count} random edits of a standing lab, of seed ${seed}`, async () => {
  const random = randomFrom(seed);
  let model = first;
  await lab.becomes(model, "the first model");
  for (let number = 1; number <= count; number += 1) {
    const edit = randomEdit(model, random);
    model = edit.model;
    await lab.becomes(model, `edit ${number} of VETHLAB_SEED=${seed}: ${edit.what}`);
  }
});
