/** A network as `docker network create` is told of it. */
export interface NetworkOrder {
  /** Name on the engine. */
  name: string;
  driver: "bridge" | "overlay";
  /** IPv4 CIDR. */
  subnet: string;
  /** IPv4 address. Default: Docker's own choice, the subnet's first. */
  gateway?: string;
  /** More options of `docker network create`. Default: none. */
  options?: readonly string[];
  labels: readonly { label: string; value: string }[];
}

/**
 * Script (bash -euo pipefail) that makes a network where none of its name is there, and prints the engine's id of it. One
 * of this name that is another's, or other than asked for, is told and left alone.
 */
export function createNetwork({ name, driver, subnet, gateway, options = [], labels }: NetworkOrder): string {
  const create = [
    `docker network create --driver ${driver} --subnet ${subnet}`,
    ...(gateway === undefined ? [] : [`--gateway ${gateway}`]),
    ...options,
    ...labels.map(({ label, value }) => `--label ${label}=${value}`),
    name,
  ].join(" ");
  const format = [
    "{{.Name}} {{.ID}} {{.Driver}}",
    `{{range .IPAM.Config}}{{.Subnet}}${gateway === undefined ? "" : " {{.Gateway}}"}{{end}}`,
    ...labels.map(({ label }) => `{{index .Labels "${label}"}}`),
  ].join(" ");
  const asked = [
    driver,
    subnet,
    ...(gateway === undefined ? [] : [gateway]),
    ...labels.map(({ value }) => value),
  ];
  return `
# For a name the engine also takes the beginning of an id.
read -r name id there < <(docker network inspect --format '${format}' ${name} 2>/dev/null) || true
if [ "$name" != ${name} ]; then
  id=$(${create})
elif [ "$there" != "${asked.join(" ")}" ]; then
  echo "a network ${name} is on the engine already: $there. It is not that of the lab: ${asked.join(" ")}. Remove it: docker network rm ${name}" >&2
  exit 1
fi
echo "$id"`;
}

/** Script that removes a network, where it is there and nothing is plugged in. */
export function removeNetwork(name: string): string {
  return `if ${isThere(name)}; then docker network rm ${name} >/dev/null; fi`;
}

/** Script that unplugs every container of the engine from a network, where it is there, and removes it. */
export function emptyAndRemoveNetwork(name: string): string {
  return `
if ${isThere(name)}; then
  for id in $(docker network inspect --format '{{range $id, $_ := .Containers}}{{$id}} {{end}}' ${name}); do
    docker network disconnect ${name} "$id"
  done
  docker network rm ${name} >/dev/null
fi`;
}

/** How long tasks may take to end that are told to. */
const LONGEST_LEAVE_SECONDS = 60;

/**
 * Script that removes an overlay network and waits until it is gone: in a Swarm a network stays known until the last
 * task has left it, and another of its name would be taken for it.
 */
export function removeOverlay(name: string): string {
  return `
${removeNetwork(name)}
while ${isThere(name)}; do
  [ "$SECONDS" -lt ${LONGEST_LEAVE_SECONDS} ] || { echo "${name} is still in use after ${LONGEST_LEAVE_SECONDS} s" >&2; exit 1; }
  sleep 0.3
done`;
}

function isThere(name: string): string {
  // For a name the engine also takes the beginning of an id.
  return `[ "$(docker network inspect --format '{{.Name}}' ${name} 2>/dev/null)" = ${name} ]`;
}
