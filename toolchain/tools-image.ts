import { imageReference } from "../images/recipe.ts";

/** The image with the tools (tcpdump, ip, ping) for containers that have none: the box image. */
export const toolsImage = imageReference("box");
