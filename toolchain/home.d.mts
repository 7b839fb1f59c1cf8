/** vethlab's own code and recipes: a checkout, or an installed package. Perhaps not writable. */
export const packageRoot: string;
/** The toolchain: once for each user and version, outside any project. `VETHLAB_HOME` names another folder. */
export const toolchainHome: string;
/** Node's cache of compiled code. */
export const compileCache: string;
/** The version of vethlab. */
export const version: string;
