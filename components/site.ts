import * as pulumi from "@pulumi/pulumi";
import type { TopologyHost, TopologyNetwork, TopologyNode, TopologyService } from "../topology/document.ts";
import { labelsOf } from "../topology/labels.ts";
import type { Machine } from "../topology/machine.ts";
import { Plan } from "../topology/plan.ts";
import { LabError, type Problem } from "../topology/problems.ts";

/** What a component enters in the topology: who it is is plain, and known before anything is made. */
export type Entry<T, Plain extends keyof T> = Pick<T, Plain> & InputsOf<Omit<T, Plain>>;
type InputsOf<T> = { [Key in keyof T]: pulumi.Input<T[Key]> };

/**
 * A program that declares nothing for so long has ended, or waits for something that takes longer. Nobody tells a
 * component when the program has ended; a program that waits for a promise only goes on within a millisecond.
 */
const QUIET_MS = 20;

/**
 * What the components of one lab share: its address plan, and what they enter in its topology.
 * Made by the LocalHost that everything stands on; reached through the hosts.
 */
export class Site {
  readonly plan = new Plan();
  readonly stack = pulumi.getStack();
  readonly labels: Record<string, string>;
  /** What stands in the lab, each as a function: it is asked when all is declared. */
  readonly hosts: (() => Entry<TopologyHost, "name" | "kind">)[] = [];
  readonly networks: (() => Entry<TopologyNetwork, "name">)[] = [];
  readonly nodes: (() => Entry<TopologyNode, "name" | "kind" | "host" | "joins">)[] = [];
  readonly services: TopologyService[] = [];
  /** The components that have something on a host: what must stand before the lab can be tested. */
  readonly members = new Set<pulumi.Resource>();

  readonly lab: string;
  readonly machine: Machine;
  readonly #checked: Promise<void>;
  readonly #found: (() => readonly Problem[])[] = [];
  #declared = false;

  constructor(lab: string | undefined, machine: Machine) {
    this.lab = lab ?? this.stack;
    this.machine = machine;
    this.labels = labelsOf({ stack: this.stack, lab: this.lab, home: machine.home });
    this.#checked = new Promise((resolve) => {
      // Not a rejection of #checked: all inputs that wait for it would fail too, each with the same message.
      void this.#quiet().then(() => {
        this.check();
        this.#declared = true;
        this.plan.refuseBy(refuse);
        resolve();
      });
    });
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
   * Holds a value back until the plan of the lab was found free of problems. What a program declares after that, because
   * it waits for something, is checked at once: its constructor throws. The roots of a lab (the engine's
   * provider, folders, the underlay) take an input through here, so that a lab with a problem creates nothing at all.
   */
  sound<T>(value: pulumi.Input<T>): pulumi.Output<T> {
    return pulumi.output(this.#checked.then(() => value)) as pulumi.Output<T>;
  }

  /** What is known of the lab only when all is declared, and was found free of problems. */
  declared<T>(ask: (plan: Plan) => T): pulumi.Output<T> {
    return pulumi.output(this.#checked.then(() => ask(this.plan))) as pulumi.Output<T>;
  }

  /**
   * Resolves when all is declared, and the lab was found free of problems, with those that `problems` finds only then.
   * What is declared later is refused: the topology has been written.
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

  /** @throws RunError (a message without stack trace) with all problems of the plan. */
  check(): void {
    const planned = this.plan.problems();
    // An address is empty that was counted from a subnet that is none: the subnet is the problem, and is told.
    const found = this.#found
      .flatMap((find) => find())
      .filter(({ value }) => planned.length === 0 || value !== "");
    const problems = [...planned, ...found];
    if (problems.length > 0) refuse(problems);
  }
}

function refuse(problems: readonly Problem[]): never {
  throw new pulumi.RunError(new LabError(problems).message);
}
