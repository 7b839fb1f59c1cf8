import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Folders of ours, and which of them each may import (the architecture of docs/architecture.md). */
const mayImport = {
  topology: [],
  images: ["topology"],
  scripts: [],
  reach: ["topology", "scripts"],
  checks: ["topology", "reach", "scripts"],
  toolchain: ["topology", "images"],
  components: ["topology", "checks", "images", "scripts"],
  stacks: ["components"],
  cli: ["topology", "reach", "checks", "stacks", "toolchain", "scripts", "images"],
};

const boundaries = Object.entries(mayImport).map(([folder, allowed]) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: Object.keys(mayImport)
          .filter((other) => other !== folder && !allowed.includes(other))
          .map((other) => ({
            regex: `^(\\.\\./)+${other}/`,
            message: `${folder}/ may import ${allowed.length ? allowed.join(", ") : "nothing of ours"}; not ${other}/.`,
          }))
          .concat(
            ["topology", "reach", "checks", "scripts"].includes(folder)
              ? [{ regex: "^@pulumi/", message: `${folder}/ knows nothing of Pulumi.` }]
              : [],
          ),
      },
    ],
  },
}));

export default defineConfig(
  { ignores: ["node_modules", ".vethlab", "dist", "templates"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      // A resource is declared by constructing it; its variable is often not needed.
      "no-new": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
  },
  ...boundaries,
  prettier,
);
