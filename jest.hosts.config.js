import config, { lifeProjects, longPages, pageProjects, project } from "./jest.config.js";
import { longLives } from "./tests/labs/lives.ts";

// Several hosts, virtual machines under emulation, machines over ssh: minutes each, and each takes all of two cores.
export default {
  ...config,
  projects: [
    project("hosts", ["hosts"]),
    ...lifeProjects(Object.keys(longLives)),
    ...pageProjects(longPages),
  ],
  maxWorkers: 1,
};
