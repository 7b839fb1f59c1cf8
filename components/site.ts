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
      // A program declares its resources in one go: by the next turn of the event loop the whole plan is known.
      setImmediate(() => {
        this.#declared = true;
        this.check();
        resolve();
      });
    });
  }

  /**
   * Holds a value back until the plan of the whole lab was found free of problems. The roots of a lab (the engine's
   * provider, folders, the underlay) take an input through here, so that a lab with a problem creates nothing at all.
   */
  sound<T>(value: pulumi.Input<T>): pulumi.Output<T> {
    return pulumi.output(this.#checked.then(() => value)) as pulumi.Output<T>;
  }

  /** Problems that can be found only when all is declared; of what is declared late, when the program goes on. */
  atEnd(find: () => readonly Problem[]): void {
    this.#found.push(find);
    if (this.#declared) {
      setImmediate(() => {
        this.check();
      });
    }
  }

  /** @throws RunError (a message without stack trace) with all problems of the plan. */
  check(): void {
    const problems = [...this.plan.problems(), ...this.#found.flatMap((find) => find())];
    if (problems.length > 0) throw new pulumi.RunError(new LabError(problems).message);
  }
}
