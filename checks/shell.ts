export { commandLine } from "../topology/shell.ts";
