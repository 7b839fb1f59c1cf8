/**
 * Images of the lab on a machine of the user's. A tag for each stack tells who uses one; one more, that it was brought and did
 * not stand there before: with the last stack it goes.
 */
import { inQuotes } from "./shell.ts";

const brought = "vethlab-brought";

/** A script (bash -euo pipefail) for the user's own machine: brings an image there by the words `shell`, where it is missing. */
export function bringScript(shell: readonly string[], stack: string, image: string): string {
  const tag = image.replace(/^vethlab\//, "");
  return [
    `there() { ${shell.map(inQuotes).join(" ")} "$@"; }`,
    `if ! there docker image inspect ${image} >/dev/null 2>&1; then`,
    `  docker save ${image} | there docker load --quiet >/dev/null`,
    `  there docker tag ${image} ${brought}/${tag}`,
    "fi",
    `there docker tag ${image} vethlab-${stack}/${tag}`,
  ].join("\n");
}

/** A script (any POSIX shell) for the machine: the stack uses none of its images any more. */
export function dropScript(stack: string): string {
  return `
listed() { docker image ls --filter "reference=$1" --format '{{.Repository}}:{{.Tag}}'; }
for mine in $(listed 'vethlab-${stack}/*'); do
  tag=\${mine#*/}
  docker image rm "$mine" >/dev/null
  docker image inspect "${brought}/$tag" >/dev/null 2>&1 || continue
  [ "$(listed "vethlab-*/$tag")" = "${brought}/$tag" ] || continue
  docker image rm "${brought}/$tag" "vethlab/$tag" >/dev/null
done`;
}
