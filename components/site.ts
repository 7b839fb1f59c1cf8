import * as pulumi from "@pulumi/pulumi";
import { standingIn } from "../checks/report-file.ts";
import type { TopologyHost, TopologyNetwork, TopologyNode, TopologyService } from "../topology/document.ts";
import { labelsOf } from "../topology/labels.ts";
import type { Machine } from "../topology/machine.ts";
import { Plan } from "../topology/plan.ts";
import type { Scope } from "../topology/scope.ts";
import { LabError, type Problem } from "../topology/problems.ts";

/** The entry of a component in the topology. Its plain part is known before anything is made. */
export type Entry<T, Plain extends keyof T> = Pick<T, Plain> & InputsOf<Omit<T, Plain>>;
type InputsOf<T> = { [Key in keyof T]: pulumi.Input<T[Key]> };

/**
 * A program that declares nothing for this time has ended, or waits for something slow. Pulumi does not tell a component
 * when the program has ended. A program that waits for a resolved promise goes on within a millisecond.
 */
const QUIET_MS = 20;

/** For each lab that the program has begun: resolves when the plan has no problems. */
const sound: Promise<void>[] = [];

/** Resolves when the plans of all labs of the program have no problems; also of a lab that is begun at this moment. */
export async function plansSound(): Promise<void> {
  await Promise.resolve();
  await Promise.all(sound);
}

/**
 * Shared by the components of one lab: the address plan, and the entries of the topology. Made by the LocalHost that the
 * lab stands on; reached through the hosts.
 */
export class Site {
  readonly plan = new Plan();
  readonly stack = pulumi.getStack();
  readonly labels: Record<string, string>;
  /** For names where stacks of other projects are. */
  readonly scope: Scope;
  /** The entries of the topology, as functions that are called when everything is declared. */
  readonly hosts: (() => Entry<TopologyHost, "name" | "kind">)[] = [];
  readonly networks: (() => Entry<TopologyNetwork, "name">)[] = [];
  readonly nodes: (() => Entry<TopologyNode, "name" | "kind" | "host" | "joins">)[] = [];
  readonly services: TopologyService[] = [];
  /** The components on hosts: they must stand before the lab can be tested. */
  readonly members = new Set<pulumi.Resource>();

  readonly lab: string;
  readonly machine: Machine;
  /**
   * Names of the hosts and nodes that must be standing: the claims held, and the stack was not destroyed since. Pulumi itself
   * does not look whether its containers still exist.
   */
  readonly standing: readonly string[];
  readonly #checked: Promise<void>;
  readonly #found: (() => readonly Problem[])[] = [];
  #declared = false;

  constructor(lab: string | undefined, machine: Machine) {
    this.lab = lab ?? machine.project ?? this.stack;
    this.machine = machine;
    this.standing = machine.resultsFile === undefined ? [] : standingIn(machine.resultsFile);
    this.scope = { stack: this.stack, project: machine.project, home: machine.home };
    this.labels = labelsOf({ stack: this.stack, lab: this.lab, home: machine.home });
    this.#checked = new Promise((resolve) => {
      // Not a rejection of #checked: every input that waits for #checked would fail with the same message.
      void this.#quiet().then(() => {
        // A program that has failed has declared a part of its lab, and Pulumi would make this part.
        if (pulumi.log.hasErrors()) return;
        this.check();
        this.#declared = true;
        this.plan.refuseBy(refuse);
        resolve();
      });
    });
    sound.push(this.#checked);
  }

  /** Resolves when the program has declared nothing for QUIET_MS. */
  #quiet(): Promise<void> {
    const declared = () => this.plan.requests + this.members.size;
    return new Promise((resolve) => {
      const wait = (known: number): void => {
        setTimeout(() => {
          if (declared() === known) resolve();
          else wait(declared());
        }, QUIET_MS);
      };
      wait(declared());
    });
  }

  /**
   * Holds a value back until the plan of the lab has no problems. A component that a program declares later, after it has
   * waited, is checked at once: its constructor throws. The roots of a lab (the engine's provider, folders, the underlay)
   * take an input through here, so that a lab with a problem creates nothing at all.
   */
  sound<T>(value: pulumi.Input<T>): pulumi.Output<T> {
    return pulumi.output(this.#checked.then(() => value)) as pulumi.Output<T>;
  }

  /** A value that is known only when everything is declared and the plan has no problems. */
  declared<T>(ask: (plan: Plan) => T): pulumi.Output<T> {
    return pulumi.output(this.#checked.then(() => ask(this.plan))) as pulumi.Output<T>;
  }

  /**
   * Resolves when everything is declared and there are no problems, `problems` included. A later declaration is refused: the
   * topology has been written.
   */
  whole(problems: () => readonly Problem[]): Promise<void> {
    this.#found.push(problems);
    return new Promise((resolve) => {
      const close = (): void => {
        this.plan.close();
        resolve();
      };
      if (!this.#declared) void this.#checked.then(close);
      else
        void this.#quiet().then(() => {
          this.check();
          close();
        });
    });
  }

  /** @throws LabError with all problems of the plan. */
  check(): void {
    const planned = this.plan.problems();
    // An address counted from a bad subnet is empty: the bad subnet is the problem, and is told.
    const found = this.#found
      .flatMap((find) => find())
      .filter(({ value }) => planned.length === 0 || value !== "");
    const problems = [...planned, ...found];
    if (problems.length > 0) refuse(problems);
  }
}

function refuse(problems: readonly Problem[]): never {
  throw new LabError(problems);
}
