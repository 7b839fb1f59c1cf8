import { groupBy } from "../topology/group.ts";
import type { Answer, PlacedQuestion } from "./asking.ts";
import { inspectCommand, readEntrances } from "./containers.ts";
import { entering, onHost } from "./entering.ts";
import { type Place, placeKey } from "./places.ts";
import { type Received, Session, SessionLost } from "./session.ts";
import { type Entrance, type Visit, visiting } from "./visiting.ts";

const INSPECT_LIMIT_SECONDS = 10;

/** Asks at one place, and at the places that are entered from there, through one session. */
export class Asker {
  readonly #from: Place;
  readonly #env: NodeJS.ProcessEnv;
  #session: Session | undefined;
  /** The entrance of each container from the last look-up, or why it has none. */
  readonly #entrances = new Map<string, Entrance | string>();
  #round = 0;

  /** `from`: a lab host, an engine, or a container of the user's engine. */
  constructor(from: Place, env: NodeJS.ProcessEnv) {
    this.#from = from;
    this.#env = env;
  }

  /** The answers. A missing answer has not come in time. */
  async ask(
    questions: readonly PlacedQuestion[],
    limitSeconds: number,
  ): Promise<Map<PlacedQuestion, Answer>> {
    try {
      const remembered = new Set(this.#entrances.keys());
      const answers = await this.#visit(questions, limitSeconds);
      // A restarted container has another entrance: look it up again, once.
      const stale = questions.filter(({ place }) => {
        return place.kind === "container" && remembered.has(place.name) && !this.#entrances.has(place.name);
      });
      if (stale.length === 0) return answers;
      return new Map([...answers, ...(await this.#visit(stale, limitSeconds))]);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      // A host is built anew and does not come back by itself; a container may be started again.
      const answer = { unavailable: error.message, lasting: this.#from.kind !== "container" };
      return new Map(questions.map((question) => [question, answer]));
    }
  }

  close(): void {
    this.#session?.close();
  }

  async #visit(
    questions: readonly PlacedQuestion[],
    limitSeconds: number,
  ): Promise<Map<PlacedQuestion, Answer>> {
    const groups = [...groupBy(questions, ({ place }) => placeKey(place)).values()];
    await this.#lookUp(groups.flatMap(([first]) => first?.place ?? []));
    const answers = new Map<PlacedQuestion, Answer>();
    const visits: (Visit & { asked: Map<string, PlacedQuestion> })[] = [];
    for (const group of groups) {
      const entrance = group[0] && this.#entranceOf(group[0].place);
      if (typeof entrance === "object") {
        const key = `visit${visits.length}`;
        const asked = new Map(group.map((question, index) => [`${key}.${index}`, question]));
        const commands = new Map([...asked].map(([frame, { command }]) => [frame, command]));
        visits.push({ key, entrance, commands, asked });
      } else {
        const unavailable = entrance ?? "the container could not be looked up";
        for (const question of group) answers.set(question, { unavailable, lasting: false });
      }
    }
    const received = await this.#run(visits, limitSeconds);
    for (const { key, asked } of visits) {
      const visit = received.get(key);
      const unentered = visit !== undefined && visit.status !== 0;
      for (const [frame, question] of asked) {
        const answer = received.get(frame);
        if (answer !== undefined) answers.set(question, answer);
        else if (unentered) answers.set(question, { unavailable: visit.stdout, lasting: false });
        if (unentered && question.place.kind === "container") this.#entrances.delete(question.place.name);
      }
    }
    return answers;
  }

  /** The entrance to a place; why there is none; undefined when a container could not be looked up. */
  #entranceOf(place: Place): Entrance | string | undefined {
    if (placeKey(place) === placeKey(this.#from)) return { words: [] };
    return this.#entersByProcess(place) ? this.#entrances.get(place.name) : { words: onHost(place) };
  }

  /** A container on a lab host is entered by its process, with the host's tools; on a machine of the user's by `docker exec`. */
  #entersByProcess(place: Place): place is Extract<Place, { kind: "container" }> {
    return place.kind === "container" && this.#from.kind === "host" && place.host.kind !== "ssh";
  }

  /** Looks up the entrances of containers that are not known to run. */
  async #lookUp(places: readonly Place[]): Promise<void> {
    const containers = places
      .filter((place) => this.#entersByProcess(place))
      .map(({ name }) => name)
      .filter((name) => typeof this.#entrances.get(name) !== "object");
    if (containers.length === 0) return;
    const commands = new Map([["inspect", inspectCommand(containers)]]);
    const received = await this.#run(
      [{ key: "visit", entrance: { words: [] }, commands }],
      INSPECT_LIMIT_SECONDS,
    );
    const found = readEntrances(containers, received.get("inspect")?.stdout ?? "");
    for (const [container, entrance] of found) this.#entrances.set(container, entrance);
  }

  async #run(visits: readonly Visit[], limitSeconds: number): Promise<Received> {
    if (this.#session === undefined || this.#session.ended) {
      this.#session = new Session(entering(this.#from), this.#env);
    }
    const round = ++this.#round;
    const keys = visits.map(({ key }) => key);
    return this.#session.run(round, visiting(round, visits), keys, limitSeconds);
  }
}
