import config, { project } from "./jest.config.js";

// Virtual machines under emulation: minutes on two cores, and times that depend on what else the machine does.
export default { ...config, projects: [project("vm", ["vm"])] };
