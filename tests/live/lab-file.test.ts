import { expect, jest, test } from "@jest/globals";
import { testFilePage } from "../pages/file-page.ts";
import { typeIn } from "../pages/page.ts";

jest.setTimeout(120_000);

testFilePage("lab-file.md", {
  files: ["shop.yaml", "typo.yaml"],
  example: "lab-file/shop.yaml",
  // The two networks are made side by side, and so are their rules.
  steady: (line) => line.replace(/\b(DOCKER-ISOLATION-STAGE-2) #\d+/, "$1 #N"),
  further: (folder) => {
    test.each([
      ["status --json", '"health": "down"'],
      ["graph", "is not up"],
      ["env", ".vethlab/labs"],
    ])("vethlab %s knows the file", async (words, said) => {
      const [command = "", ...options] = words.split(" ");
      const { output } = await typeIn(folder, `npx vethlab ${command} shop.yaml ${options.join(" ")}`);
      expect(output).toContain(said);
    });
  },
});
