import type { Topology } from "../topology/document.ts";
import type { Answer, Ask, Asker, PlacedQuestion } from "./asking.ts";
import { HostAsker } from "./host-asker.ts";
import { LocalAsker } from "./local-asker.ts";
import { type Place, placesOf } from "./places.ts";

/** The way to the nodes of a standing lab: opens its hosts' sessions side by side, asks them side by side. */
export class Transport {
  readonly #places: ReadonlyMap<string, Place>;
  readonly #askers: ReadonlyMap<string, Asker>;

  /** `env` is that of the docker command. The claims of the topology have been validated. */
  constructor(topology: Topology, env: NodeJS.ProcessEnv) {
    this.#places = placesOf(topology);
    this.#askers = new Map(
      topology.hosts.map(({ name, kind, shell }) => [
        name,
        shell === undefined ? new LocalAsker(env) : new HostAsker(shell, env, kind === "ssh"),
      ]),
    );
  }

  readonly ask: Ask = async (questions, limitSeconds) => {
    const answers = new Map<object, Answer>();
    await Promise.all(
      [...this.#askers].map(async ([host, asker]) => {
        const placed = new Map<PlacedQuestion, object>();
        for (const question of questions) {
          const place = this.#places.get(question.at);
          if (place?.host === host) placed.set({ ...question, place }, question);
        }
        if (placed.size === 0) return;
        const got = await asker.ask([...placed.keys()], limitSeconds);
        for (const [asked, question] of placed)
          answers.set(question, got.get(asked) ?? notWithin(limitSeconds));
      }),
    );
    return new Map(questions.map((question) => [question, answers.get(question) ?? NOWHERE]));
  };

  /** Ends all sessions. */
  close(): void {
    for (const asker of this.#askers.values()) asker.close();
  }
}

const NOWHERE: Answer = { unavailable: "there is no such node", lasting: true };

function notWithin(limitSeconds: number): Answer {
  return { unavailable: `the command has not ended within ${limitSeconds} s`, lasting: false };
}
