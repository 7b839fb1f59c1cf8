import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Folders of ours, and which of them each may import (the architecture of docs/architecture.md). */
const mayImport = {
  topology: [],
  images: ["topology"],
  scripts: ["topology"],
  reach: ["topology", "scripts"],
  checks: ["topology", "reach", "scripts"],
  toolchain: ["topology", "images", "scripts"],
  components: ["topology", "checks", "images", "scripts"],
  compose: ["topology", "toolchain"],
  provider: ["topology", "components", "toolchain"],
  stacks: ["components"],
  cli: ["topology", "reach", "checks", "compose", "stacks", "toolchain", "scripts", "images"],
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
            ["topology", "reach", "checks", "scripts", "compose"].includes(folder)
              ? [{ regex: "^@pulumi/", message: `${folder}/ knows nothing of Pulumi.` }]
              : [],
          ),
      },
    ],
  },
}));

/** Shell of several lines is a file of scripts/. */
const noScripts = {
  files: [...Object.keys(mayImport).map((folder) => `${folder}/**/*.ts`), "index.ts"],
  rules: {
    "no-restricted-syntax": [
      "error",
      ...[
        "TemplateElement[value.raw=/\\n/]",
        "Literal[value=/^\\s*(done|fi|esac)\\b|; (do|then)$|\\|\\| exit/]",
      ].map((selector) => ({ selector, message: "What a shell runs is a line, or a file of scripts/." })),
    ],
  },
};

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
  noScripts,
  prettier,
);
