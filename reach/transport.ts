import type { Topology } from "../topology/document.ts";
import type { Answer, Ask, Asker, PlacedQuestion, Question } from "./asking.ts";
import { HostAsker } from "./host-asker.ts";
import { LocalAsker } from "./local-asker.ts";
import { type Place, placesOf } from "./places.ts";

/** The way to the nodes of a standing lab: opens its hosts' sessions side by side, asks them side by side. */
export class Transport {
  readonly #places: ReadonlyMap<string, Place>;
  readonly #ways: readonly Way[];
  /** The places of containers that are no nodes, by id. */
  readonly #containers = new Map<string, Place>();

  /** `env` is that of the docker command. The claims of the topology have been validated. */
  constructor(topology: Topology, env: NodeJS.ProcessEnv) {
    this.#places = placesOf(topology);
    this.#ways = topology.hosts.flatMap(({ name: host, kind, shell, engineShell }): Way[] => {
      if (shell === undefined) return [{ host, asker: new LocalAsker(env) }];
      const onHost = new HostAsker(shell, env, kind === "ssh");
      if (engineShell === undefined) return [{ host, asker: onHost }];
      return [
        { host, engineOnly: false, asker: onHost },
        { host, engineOnly: true, asker: new HostAsker(engineShell, env) },
      ];
    });
  }

  readonly ask: Ask = async (questions, limitSeconds) => {
    const answers = new Map<object, Answer>();
    await Promise.all(
      this.#ways.map(async ({ host, engineOnly, asker }) => {
        const placed = new Map<PlacedQuestion, object>();
        for (const question of questions) {
          const place = this.#placeOf(question);
          const itsWay = engineOnly === undefined || engineOnly === (question.engineOnly ?? false);
          if (place?.host === host && itsWay) placed.set({ ...question, place }, question);
        }
        if (placed.size === 0) return;
        const got = await asker.ask([...placed.keys()], limitSeconds);
        for (const [asked, question] of placed)
          answers.set(question, got.get(asked) ?? notWithin(limitSeconds));
      }),
    );
    return new Map(questions.map((question) => [question, answers.get(question) ?? NOWHERE]));
  };

  #placeOf({ at, container }: Question): Place | undefined {
    const host = this.#places.get(at)?.host;
    if (container === undefined || host === undefined) return this.#places.get(at);
    const place = this.#containers.get(container) ?? { kind: "container", host, container };
    this.#containers.set(container, place);
    return place;
  }

  /** Ends all sessions. */
  close(): void {
    for (const { asker } of this.#ways) asker.close();
  }
}

/** Who asks the nodes of a host. */
interface Way {
  host: string;
  /** Which questions go by it. Default: all. */
  engineOnly?: boolean;
  asker: Asker;
}

const NOWHERE: Answer = { unavailable: "there is no such node", lasting: true };

function notWithin(limitSeconds: number): Answer {
  return { unavailable: `the command has not ended within ${limitSeconds} s`, lasting: false };
}
