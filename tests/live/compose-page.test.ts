import { jest } from "@jest/globals";
import { testFilePage } from "../pages/file-page.ts";

jest.setTimeout(120_000);

testFilePage("compose.md", {
  files: ["compose.yaml", "typo.yaml", "debug.yaml"],
  example: "compose/compose.yaml",
  // Services that do not wait for one another publish their ports in an order of their own.
  steady: (line) => line.replace(/\bnat DOCKER #\d+/, "nat DOCKER #N"),
});
