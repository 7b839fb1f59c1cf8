import { inQuotes } from "./shell.ts";

/** What is said of a node of a Swarm. */
export interface NodeSettings {
  /** host1, host2, ...: the lab's name for it. */
  name: string;
  /** The node's id; `self` for the node on which the script runs. */
  id: string;
  role: "manager" | "worker";
  availability: "active" | "pause" | "drain";
  labels: Readonly<Record<string, string>>;
}

const READY_LIMIT_SECONDS = 90;
const SETTLE_LIMIT_SECONDS = 60;

/**
 * A script (bash -euo pipefail) for a manager: waits until all nodes are ready, gives each its role, availability and
 * labels, takes out those that the lab had before: hosts that were built anew, and hosts that it has no more; and waits until tasks that move have moved.
 * @param mark label by which the lab knows its nodes again.
 */
export function nodesScript(nodes: readonly NodeSettings[], mark: string): string {
  const call = ({ name, id, role, availability, labels }: NodeSettings): string => {
    const pairs = Object.entries({ ...labels, [mark]: name }).map(([key, value]) =>
      inQuotes(`${key}=${value}`),
    );
    return `node ${name} ${id} ${role} ${availability} ${pairs.join(" ")} & pids+=($!)`;
  };
  const isDrained = ({ availability }: NodeSettings): boolean => availability === "drain";
  const known = nodes.map(({ id }) =>
    id === "self" ? "$(docker node inspect self --format '{{.ID}}')" : id,
  );
  return `
node() {
  local name=$1 id role=$3 availability=$4 key add=()
  # only \`inspect\` knows what "self" is
  id=$(docker node inspect "$2" --format '{{.ID}}' 2>/dev/null) || id=$2
  shift 4
  until [ "$(docker node inspect "$id" --format '{{.Status.State}}' 2>/dev/null)" = ready ]; do
    [ "$SECONDS" -lt ${READY_LIMIT_SECONDS} ] || { echo "$name has joined the Swarm, but is not ready after ${READY_LIMIT_SECONDS} s" >&2; exit 1; }
    sleep 0.3
  done
  for key in $(docker node inspect "$id" --format '{{range $key, $value := .Spec.Labels}}{{$key}} {{end}}'); do
    [[ " $*" == *" $key="* ]] || add+=(--label-rm "$key")
  done
  for key in "$@"; do add+=(--label-add "$key"); done
  docker node update --role "$role" --availability "$availability" "\${add[@]}" "$id" >/dev/null
}
pids=()
all() { for pid in "\${pids[@]}"; do wait "$pid"; done; }
${nodes
  .filter((node) => !isDrained(node))
  .map(call)
  .join("\n")}
all
# now that the others are there to take its tasks: they are not moved again
${nodes.filter(isDrained).map(call).join("\n")}
all
known=" ${known.join(" ")} "
for id in $(docker node ls --quiet); do
  [[ "$known" == *" $id "* ]] && continue
  [ -n "$(docker node inspect "$id" --format '{{index .Spec.Labels "${mark}"}}')" ] ||
    [ "$(docker node inspect "$id" --format '{{.Status.State}}')" = down ] || continue
  docker node demote "$id" >/dev/null 2>&1 || true
  docker node rm --force "$id" >/dev/null
done
# tasks move off a node that is drained; what does not come to rest shows in the claims
began=$SECONDS
until [ -z "$(docker service ls --format '{{.Replicas}}' | sed 's,^\\([0-9]*\\)/\\1\\( .*\\)*$,,')" ]; do
  [ $((SECONDS - began)) -lt ${SETTLE_LIMIT_SECONDS} ] || break
  sleep 0.2
done`;
}
