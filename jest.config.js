import { readdirSync } from "node:fs";

export const project = (name, folders, extra = {}) => ({
  displayName: name,
  testEnvironment: "node",
  testMatch: folders.map((folder) => `<rootDir>/tests/${folder}/**/*.test.ts`),
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2024" }, module: { type: "es6" } },
    ],
  },
  ...extra,
});

/** Those that compare the machine before and after: nothing else may run meanwhile. */
export const alone = { runner: "<rootDir>/tests/serial-runner.js" };

/** Pages whose outputs differ from run to run in ways that the comparison does not know: addresses of tasks, VNIs. */
const untyped = [
  ...["overlay-consul", "overlay-etcd", "swarm-dnsrr"],
  ...["swarm-encrypted", "swarm-overlay", "swarm-vip"],
];

/** The pages of labs, each a project of its own: so they are typed side by side. */
const pages = readdirSync(`${import.meta.dirname}/docs/labs`)
  .map((file) => file.replace(/\.md$/, ""))
  .filter((lab) => !untyped.includes(lab));

export default {
  projects: [
    project("unit", ["unit"]),
    project("components", ["components"]),
    project("toolchain", ["toolchain", "plugins"]),
    project("live", ["live"]),
    ...pages.map((lab) => project(`page ${lab}`, ["pages"], { globals: { lab } })),
    project("alone", ["alone"], alone),
  ],
  maxWorkers: 2,
  reporters: ["default", "<rootDir>/tests/summary-reporter.js"],
};
