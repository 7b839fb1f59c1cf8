import { readdirSync } from "node:fs";
import { lives, longLives } from "./tests/labs/lives.ts";

export const project = (name, folders, globals = {}) => ({
  displayName: name,
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  testMatch: folders.map((folder) => `<rootDir>/tests/${folder}/**/*.test.ts`),
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2024" }, module: { type: "es6" } },
    ],
  },
  globals,
});

/** The lives of labs, each a project of its own: so they go side by side. */
export const lifeProjects = (names) => names.map((life) => project(`life ${life}`, ["labs"], { life }));

/** The pages of labs, likewise. */
export const pageProjects = (labs) => labs.map((lab) => project(`page ${lab}`, ["pages"], { lab }));

const pages = readdirSync(`${import.meta.dirname}/docs/labs`).map((file) => file.replace(/\.md$/, ""));
const isLong = (lab) => lab in longLives;
/** Those that take minutes, as the lives of their labs do: `npm run test:hosts`. */
export const longPages = pages.filter(isLong);

export default {
  projects: [
    project("unit", ["unit"]),
    project("components", ["components"]),
    project("compose", ["compose"]),
    project("toolchain", ["toolchain", "plugins", "package"]),
    project("live", ["live"]),
    ...lifeProjects(Object.keys(lives)),
    ...pageProjects(pages.filter((lab) => !isLong(lab))),
  ],
  // For two processors: labs wait for one another's engines and for their own deadlines, and so leave room for a third.
  maxWorkers: 3,
  testSequencer: "<rootDir>/tests/labs-first.js",
  reporters: ["default", "<rootDir>/tests/summary-reporter.js"],
};
