import config, { alone, project } from "./jest.config.js";

// Several hosts, virtual machines under emulation, machines over ssh: minutes on two cores.
export default { ...config, projects: [project("hosts", ["hosts"], alone)] };
