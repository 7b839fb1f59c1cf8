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

export default {
  // Live tests share one engine: they run one after another.
  projects: [
    project("unit", ["unit"]),
    project("components", ["components"]),
    project("toolchain", ["toolchain", "plugins"]),
    project("live", ["live"]),
  ],
  reporters: ["default", "<rootDir>/tests/summary-reporter.js"],
};
