import { imageReference } from "../images/recipe.ts";

/** The image whose tools (tcpdump, ip, ping) are lent to a container that has none: the boxes' own. */
export const toolsImage = imageReference("box");
