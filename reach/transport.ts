import type { Topology } from "../topology/document.ts";
import type { Answer, Ask, PlacedQuestion, Question } from "./asking.ts";
import { Asker } from "./asker.ts";
import { hostPlace, type Place, placeKey, placesOf } from "./places.ts";

/** Asks at all places of a standing lab, side by side, through one session for each lab host. */
export class Transport {
  readonly #places: ReadonlyMap<string, Place>;
  readonly #env: NodeJS.ProcessEnv;
  readonly #askers = new Map<string, Asker>();

  /** `env`: of the docker command. */
  constructor(topology: Topology, env: NodeJS.ProcessEnv) {
    this.#places = placesOf(topology);
    this.#env = env;
  }

  readonly ask: Ask = async (questions, limitSeconds) => {
    const answers = new Map<Question, Answer>();
    const asked = new Map<Asker, Map<PlacedQuestion, Question>>();
    for (const question of questions) {
      const place = this.#placeOf(question);
      if (place === undefined) {
        answers.set(question, { unavailable: "there is no such node", lasting: true });
      } else if (place.host.shell === undefined && place.kind !== "container" && !isDocker(question)) {
        answers.set(question, { unavailable: "the user's own machine is not entered", lasting: true });
      } else {
        const asker = this.#askerFor(place);
        const placed = asked.get(asker) ?? new Map<PlacedQuestion, Question>();
        asked.set(asker, placed.set({ ...question, place }, question));
      }
    }
    await Promise.all(
      [...asked].map(async ([asker, placed]) => {
        const got = await asker.ask([...placed.keys()], limitSeconds);
        for (const [one, question] of placed) answers.set(question, got.get(one) ?? notWithin(limitSeconds));
      }),
    );
    return new Map(questions.map((question) => [question, answers.get(question) ?? notWithin(limitSeconds)]));
  };

  /** Ends all sessions. */
  close(): void {
    for (const asker of this.#askers.values()) asker.close();
  }

  #placeOf({ at, container, namespace, engineOnly }: Question): Place | undefined {
    const place = this.#places.get(at);
    if (place === undefined) return undefined;
    const { host } = place;
    if (container !== undefined) return { host, kind: "container", name: container };
    if (namespace !== undefined) return { host, kind: "namespace file", name: namespace };
    return engineOnly === true && host.engineShell !== undefined ? { host, kind: "engine" } : place;
  }

  /** Nodes on a host are asked from the host. The user's own machine is not entered: containers there are asked directly. */
  #askerFor(place: Place): Asker {
    const { host } = place;
    const from = host.shell === undefined || place.kind === "engine" ? place : hostPlace(host);
    const key = placeKey(from);
    const asker = this.#askers.get(key) ?? new Asker(from, this.#env);
    this.#askers.set(key, asker);
    return asker;
  }
}

function isDocker({ command }: Question): boolean {
  return command[0] === "docker";
}

function notWithin(limitSeconds: number): Answer {
  return { unavailable: `the command has not ended within ${limitSeconds} s`, lasting: false };
}
