import { type Answer, type Asker, type PlacedQuestion, sameAnswer } from "./asking.ts";
import { inspectCommand, readEntrances } from "./containers.ts";
import { type Entrance, type Visit, visiting } from "./entering.ts";
import type { Place } from "./places.ts";
import { type Received, Session, SessionLost } from "./session.ts";

const INSPECT_LIMIT_SECONDS = 10;

/** Asks the nodes of a lab host: all of them from one session on it. */
export class HostAsker implements Asker {
  readonly #session: Session;
  readonly #byExec: boolean;
  /** How to enter each container, or why that cannot be, as it was last looked up. */
  readonly #entrances = new Map<string, Entrance | string>();
  #round = 0;

  /** `shell`: the words that run a command on the host. `byExec`: containers are entered by `docker exec`. */
  constructor(shell: readonly string[], env: NodeJS.ProcessEnv, byExec = false) {
    this.#byExec = byExec;
    this.#session = new Session(shell, env);
  }

  async ask(
    questions: readonly PlacedQuestion[],
    limitSeconds: number,
  ): Promise<Map<PlacedQuestion, Answer>> {
    try {
      const remembered = new Set(this.#entrances.keys());
      const answers = await this.#visit(questions, limitSeconds);
      // Entering by what was remembered fails where a container was started anew: look again, once.
      const stale = questions.filter(({ place }) => {
        return (
          place.kind === "container" &&
          remembered.has(place.container) &&
          !this.#entrances.has(place.container)
        );
      });
      if (stale.length === 0) return answers;
      return new Map([...answers, ...(await this.#visit(stale, limitSeconds))]);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      // The host is the unit of repair: it does not come back by itself.
      return sameAnswer(questions, { unavailable: error.message, lasting: true });
    }
  }

  close(): void {
    this.#session.close();
  }

  async #visit(
    questions: readonly PlacedQuestion[],
    limitSeconds: number,
  ): Promise<Map<PlacedQuestion, Answer>> {
    const entrances = await this.#lookUp(new Set(questions.map(({ place }) => place)));
    const answers = new Map<PlacedQuestion, Answer>();
    const visits: (Visit & { place: Place; asked: Map<string, PlacedQuestion> })[] = [];
    for (const [place, group] of Map.groupBy(questions, (question) => question.place)) {
      const entrance = entrances.get(place) ?? "the container could not be looked up";
      if (typeof entrance === "string") {
        for (const question of group) answers.set(question, { unavailable: entrance, lasting: false });
      } else {
        const key = `visit${visits.length}`;
        const asked = new Map(group.map((question, index) => [`${key}.${index}`, question]));
        const commands = new Map([...asked].map(([frame, { command }]) => [frame, command]));
        visits.push({ key, entrance, commands, place, asked });
      }
    }
    const received = await this.#run(visits, limitSeconds);
    for (const { key, place, asked } of visits) {
      const visit = received.get(key);
      const unentered = visit !== undefined && visit.status !== 0;
      if (unentered && place.kind === "container") this.#entrances.delete(place.container);
      for (const [frame, question] of asked) {
        const answer = received.get(frame);
        if (answer !== undefined) answers.set(question, answer);
        else if (unentered) answers.set(question, { unavailable: visit.stdout, lasting: false });
      }
    }
    return answers;
  }

  /** How to enter places, or why that cannot be. Containers that are not known to run are looked up. */
  async #lookUp(places: ReadonlySet<Place>): Promise<Map<Place, Entrance | string>> {
    if (this.#byExec) return new Map([...places].map((place) => [place, entranceByExec(place)]));
    const containers = [...places]
      .filter((place) => place.kind === "container")
      .map(({ container }) => container)
      .filter((container) => typeof this.#entrances.get(container) !== "object");
    if (containers.length > 0) {
      const commands = new Map([["inspect", inspectCommand(containers)]]);
      const received = await this.#run(
        [{ key: "visit", entrance: { into: "host" }, commands }],
        INSPECT_LIMIT_SECONDS,
      );
      const found = readEntrances(containers, received.get("inspect")?.stdout ?? "");
      for (const [container, entrance] of found) this.#entrances.set(container, entrance);
    }
    const entrances = new Map<Place, Entrance | string>();
    for (const place of places) {
      if (place.kind === "host") entrances.set(place, { into: "host" });
      else if (place.kind === "namespace") entrances.set(place, { into: "namespace", name: place.name });
      else
        entrances.set(place, this.#entrances.get(place.container) ?? "the container could not be looked up");
    }
    return entrances;
  }

  async #run(visits: readonly Visit[], limitSeconds: number): Promise<Received> {
    const round = ++this.#round;
    const keys = visits.map(({ key }) => key);
    return this.#session.run(round, visiting(round, visits), keys, limitSeconds);
  }
}

function entranceByExec(place: Place): Entrance {
  switch (place.kind) {
    case "host":
      return { into: "host" };
    case "namespace":
      return { into: "namespace", name: place.name };
    case "container":
      return { into: "container by exec", container: place.container };
  }
}
