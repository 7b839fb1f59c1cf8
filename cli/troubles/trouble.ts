import { dockerCommand } from "../../topology/docker-command.ts";
import { groupBy } from "../../topology/group.ts";
import { namePrefix } from "../../topology/scope.ts";
import { scopeOf } from "../../toolchain/project.ts";
import { readable } from "../backend.ts";
import { urnName } from "../mending/state.ts";
import type { Diagnostic } from "../pulumi.ts";
import { causeOf, inLab, type Part, type Taken } from "./causes.ts";
import { type Holder, holdersOf } from "./holders.ts";

/** Something that went wrong with a part of a lab: told once, in a few lines. */
export interface Trouble {
  /** The part of the lab, in words: `box bb on host1`. Absent where it concerns none. */
  place?: string;
  message: string;
  /** Who is concerned: `mine1 is plugged into lan`; or the last lines of a box that ended. */
  concerned?: string[];
  /** The next step. */
  next?: string;
  /** Pulumi's name of the resource, and its type with those of the components around it. */
  resource?: string;
  type?: string;
}

/** A trouble, and whether it may go away when the lab hosts are built anew. */
export interface BuildTrouble extends Trouble {
  anewMayHelp: boolean;
}

/** What a run's errors mean for a stack. Asks the engines who is concerned. */
export function troublesOf(stack: string, errors: readonly Diagnostic[]): Promise<BuildTrouble[]> {
  return Promise.all(errors.map((error) => troubleOf(stack, error)));
}

async function troubleOf(stack: string, { about, ...error }: Diagnostic): Promise<BuildTrouble> {
  if (about === undefined) return { ...error, anewMayHelp: true };
  const { docker, host, container } = engineOf(stack, about);
  const part: Part = {
    name: urnName(about.component),
    host: host ?? "this machine",
    byHand: container === undefined ? "" : `docker exec -i ${container} `,
    inputs: about.inputs,
    stack,
  };
  const { what, holderOf, next, anewMayHelp } = causeOf(error.message, part);
  const holders = holderOf === undefined ? [] : await holdersOf(docker, holderOf);
  const step = holderOf === undefined || holders.length === 0 ? next : stepFor(holderOf, holders, part);
  return {
    place: placeOf(about.component, host),
    ...error,
    message: what.replaceAll(namePrefix(scopeOf(stack)), ""),
    ...(holders.length === 0
      ? {}
      : {
          concerned: holders.map(
            ({ name, how }) => `${name} ${how.replaceAll(namePrefix(scopeOf(stack)), "")}`,
          ),
        }),
    ...(step === undefined ? {} : { next: step }),
    anewMayHelp,
  };
}

/** `box bb on host1`; a component that is called by its kind is named once. */
function placeOf(component: string, host: string | undefined): string {
  const name = urnName(component);
  const kind = (component.split("::")[2] ?? "").split(":").at(-1) ?? "";
  const words = kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  const whole = words === name || host === name ? name : `${words} ${name}`;
  return host === undefined || host === name ? whole : `${whole} on ${host}`;
}

/** The engine that a resource is on: how it is asked, the host in words, and the container that is the host. */
function engineOf(
  stack: string,
  { inputs, provider }: NonNullable<Diagnostic["about"]>,
): { docker: string[]; host?: string; container?: string } {
  const words = inputs["interpreter"];
  if (Array.isArray(words)) {
    const shell = shellIn(words.map(String));
    const container = shell[0] === "docker" ? shell[3] : undefined;
    return {
      docker: [...shell, "docker"],
      ...(container === undefined ? {} : { host: inLab(container, stack), container }),
    };
  }
  const host = urnName(provider).replace(/-engine(?:::.*)?$/, "");
  const known = readable(stack)?.resources.find(({ urn, id }) => `${urn}::${id}` === provider)?.inputs ?? {};
  const { host: address, certPath } = known as { host?: string; certPath?: string };
  const docker = dockerCommand({ engine: address?.trim(), certificates: certPath });
  if (host === "local") return { docker, host: "this machine" };
  return { docker, host, container: `${namePrefix(scopeOf(stack))}${host}` };
}

/** The words of a script's interpreter that lead to another host (scripts/index.ts); none on the user's machine. */
function shellIn(words: readonly string[]): string[] {
  const begin = words.indexOf("hand-over.sh") + 1;
  return begin === 0 ? [] : words.slice(begin, words.indexOf("--", begin));
}

function stepFor(taken: Taken, holders: readonly Holder[], { name, host, stack, byHand }: Part): string {
  const names = holders.map((holder) => holder.name);
  const again = `npx vethlab up ${stack}`;
  if (host === "this machine" && names.every((one) => inLab(one, stack) !== one)) {
    return `${again} --rebuild builds the lab anew: what stands is in the way`;
  }
  switch (taken.kind) {
    case "address":
      return `give ${name} another address, or ${inLab(names.join(", "), stack)} one of its own`;
    case "port":
      return `publish another port, or stop ${names.join(", ")}; then ${again}`;
    case "subnet":
      return `give ${name} another subnet, or remove the network: ${byHand}docker network rm ${names.join(" ")}`;
    case "plug":
      return `${names.map((one) => `${byHand}docker network disconnect ${taken.network} ${one}`).join("; ")}; then ${again}`;
    case "name":
      return `remove or rename it (${byHand}docker ${taken.of === "container" ? "rename" : "network rm"} ${taken.name}); then ${again}`;
  }
}

/** How many places are named that have one trouble. */
const MOST_PLACES = 3;

/** Troubles for people: each once, with all places that have it first and the next step last. */
export function describeTroubles(troubles: readonly Trouble[]): string {
  const told = troubles.map(({ place, message, concerned = [], next }) => ({
    place,
    words: [
      message,
      ...concerned.map((line) => `  ${line}`),
      ...(next === undefined ? [] : [`  What to do: ${next}`]),
    ].join("\n"),
  }));
  return [...groupBy(told, ({ words }) => words)]
    .map(([words, alike]) => {
      const places = alike.flatMap(({ place }) => place ?? []);
      const more = places.length > MOST_PLACES ? ` and ${places.length - MOST_PLACES} more` : "";
      return places.length === 0 ? words : `${places.slice(0, MOST_PLACES).join(", ")}${more}: ${words}`;
    })
    .join("\n");
}
