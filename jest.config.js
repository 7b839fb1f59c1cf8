import { readdirSync } from "node:fs";
import { lives } from "./tests/labs/lives.ts";

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

/** Pages whose outputs differ from run to run in ways that the comparison does not know: addresses of tasks, keys of ESP. */
const untyped = ["swarm-encrypted", "swarm-vip"];

/** The pages of labs, likewise. */
const pages = readdirSync(`${import.meta.dirname}/docs/labs`)
  .map((file) => file.replace(/\.md$/, ""))
  .filter((lab) => !untyped.includes(lab));

export default {
  projects: [
    project("unit", ["unit"]),
    project("components", ["components"]),
    project("toolchain", ["toolchain", "plugins"]),
    project("live", ["live"]),
    ...lifeProjects(Object.keys(lives)),
    ...pages.map((lab) => project(`page ${lab}`, ["pages"], { lab })),
  ],
  maxWorkers: 2,
  testSequencer: "<rootDir>/tests/labs-first.js",
  reporters: ["default", "<rootDir>/tests/summary-reporter.js"],
};
