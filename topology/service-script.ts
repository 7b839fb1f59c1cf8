import { commandLine, quote } from "./shell.ts";

/** How tasks are replaced; see ServiceRollout of components/overlay-service.ts. */
interface Rollout {
  parallelism?: number;
  delaySeconds?: number;
  order?: string;
  failureAction?: string;
}

/** A service of a Swarm, with all that is to be said of it. */
export interface ServiceSettings {
  name: string;
  /** One more name for it on its networks. */
  alias?: string;
  image: string;
  command?: readonly string[];
  networks: readonly string[];
  replicas?: number | "global";
  endpointMode?: string;
  ports?: readonly { external: number; internal: number; protocol?: string; mode?: string }[];
  constraints?: readonly string[];
  update?: Rollout;
  rollback?: Rollout;
  convergeSeconds: number;
  /** How long to wait before it is looked again whether it has converged: to look is work for the engine. */
  pollSeconds: number;
  labels: readonly { label: string; value: string }[];
}

/**
 * A script (bash -euo pipefail) for a manager: makes the service, or changes the one that is there, and waits until all
 * its tasks run. When they do not, it says which and why; a service that it has made is then removed.
 */
export function serviceScript(settings: ServiceSettings): string {
  const { name } = settings;
  return `
made=
if docker service inspect ${name} >/dev/null 2>&1; then
${update(settings)}
else
${create(settings)}
  made=yes
fi
${waiting(settings)}`;
}

function create(settings: ServiceSettings): string {
  const { name, alias, image, command = [], networks, replicas = 1, endpointMode = "vip" } = settings;
  const words = [
    `docker service create --detach --no-resolve-image --quiet --name ${name}`,
    replicas === "global" ? "--mode global" : `--replicas ${replicas}`,
    `--endpoint-mode ${endpointMode}`,
    ...networks.map((network) =>
      alias === undefined ? `--network ${network}` : `--network name=${network},alias=${alias}`,
    ),
    ...(settings.ports ?? []).map(
      ({ external, internal, protocol = "tcp", mode = "ingress" }) =>
        `--publish published=${external},target=${internal},protocol=${protocol},mode=${mode}`,
    ),
    ...(settings.constraints ?? []).map((constraint) => `--constraint ${quote(constraint)}`),
    ...rollouts(settings),
    ...settings.labels.map(({ label, value }) => `--label ${label}=${value}`),
    quote(image),
    ...command.map(quote),
  ];
  return `  ${words.join(" ")} >/dev/null`;
}

function update(settings: ServiceSettings): string {
  const { name, image, command = [], replicas = 1, constraints = [] } = settings;
  const words = [
    "docker service update --detach --no-resolve-image --quiet",
    `--image ${quote(image)} --args ${quote(commandLine(command))}`,
    ...(replicas === "global" ? [] : [`--replicas ${replicas}`]),
    ...rollouts(settings),
    '"${placement[@]}"',
    name,
  ];
  return `  placement=()
  wanted=(${commandLine(constraints)})
  mapfile -t there < <(docker service inspect --format '{{range .Spec.TaskTemplate.Placement.Constraints}}{{println .}}{{end}}' ${name} | sed '/^$/d')
  for one in "\${there[@]}"; do
    for other in "\${wanted[@]}"; do [ "$one" != "$other" ] || continue 2; done
    placement+=(--constraint-rm "$one")
  done
  for one in "\${wanted[@]}"; do
    for other in "\${there[@]}"; do [ "$one" != "$other" ] || continue 2; done
    placement+=(--constraint-add "$one")
  done
  ${words.join(" ")} >/dev/null`;
}

function rollouts({ update: forward = {}, rollback = {} }: ServiceSettings): string[] {
  return Object.entries({ update: forward, rollback }).flatMap(([kind, rollout]) => [
    ...(rollout.parallelism === undefined ? [] : [`--${kind}-parallelism ${rollout.parallelism}`]),
    ...(rollout.delaySeconds === undefined ? [] : [`--${kind}-delay ${rollout.delaySeconds}s`]),
    ...(rollout.order === undefined ? [] : [`--${kind}-order ${rollout.order}`]),
    ...(rollout.failureAction === undefined ? [] : [`--${kind}-failure-action ${rollout.failureAction}`]),
  ]);
}

/** So many tasks that failed show that more will. */
const HOPELESS_FAILURES = 3;

function waiting({ name, convergeSeconds, pollSeconds, replicas }: ServiceSettings): string {
  // At its first moment a global service wants no task at all.
  const converged = `[ "$running" = "$wanted" ]${replicas === "global" ? ' && [ "$wanted" != 0 ]' : ""}`;
  return `
id=$(docker service inspect --format '{{.ID}}' ${name})
tasks() { docker service ps --no-trunc --format '{{.Name}} on {{or .Node "no node"}}: {{.CurrentState}}{{with .Error}}: {{.}}{{end}}' "$@" ${name}; }
give_up() {
  echo "the service ${name} has not converged$1:" >&2
  local said
  said=$(tasks | sed -E 's/ (about |less than )?(an?|[0-9]+) (second|minute)s? ago//; s/^/  /')
  { grep '"$' <<<"$said" || echo "$said"; } | sort -u | head -n 12 >&2
  if [ -n "$made" ]; then docker service rm ${name} >/dev/null; fi
  exit 1
}
began=$SECONDS
before=$(tasks | grep -cE ': (Failed|Rejected)' || true)
[ -z "$made" ] || before=0
while :; do
  state=
  [ -n "$made" ] || state=$(docker service inspect --format '{{with .UpdateStatus}}{{.State}}{{end}}' ${name})
  count=$(docker service ls --filter "id=$id" --format '{{.Replicas}}')
  running=\${count%%/*} wanted=\${count#*/}
  wanted=\${wanted%% *}
  case $state in
    updating | rollback_started) ;;
    paused | rollback_paused | rollback_completed) give_up ": its update ended as $state" ;;
    *) if ${converged}; then break; fi ;;
  esac
  failed=$(tasks | grep -cE ': (Failed|Rejected)' || true)
  [ $((failed - before)) -lt ${HOPELESS_FAILURES} ] || give_up " ($running of $wanted tasks run)"
  [ $((SECONDS - began)) -lt ${convergeSeconds} ] || give_up " within ${convergeSeconds} s ($running of $wanted tasks run)"
  sleep ${pollSeconds}
done`;
}
