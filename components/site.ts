import * as pulumi from "@pulumi/pulumi";
import type { TopologyHost, TopologyNetwork, TopologyNode, TopologyService } from "../topology/document.ts";
import { labelsOf } from "../topology/labels.ts";
import type { Machine } from "../topology/machine.ts";
import { Plan } from "../topology/plan.ts";
import { LabError } from "../topology/problems.ts";

/**
 * What the components of one lab share: its address plan, and what they enter in its topology.
 * Made by the LocalHost that everything stands on; reached through the hosts.
 */
export class Site {
  readonly plan = new Plan();
  readonly stack = pulumi.getStack();
  readonly labels: Record<string, string>;
  /** What stands in the lab, each as a function: it is asked when all is declared. */
  readonly hosts: (() => pulumi.Output<TopologyHost>)[] = [];
  readonly networks: (() => pulumi.Output<TopologyNetwork>)[] = [];
  readonly nodes: (() => pulumi.Output<TopologyNode>)[] = [];
  readonly services: TopologyService[] = [];
  /** The components that have something on a host: what must stand before the lab can be tested. */
  readonly members = new Set<pulumi.Resource>();

  readonly lab: string;
  readonly machine: Machine;
  readonly #checked: Promise<void>;

  constructor(lab: string | undefined, machine: Machine) {
    this.lab = lab ?? this.stack;
    this.machine = machine;
    this.labels = labelsOf({ stack: this.stack, lab: this.lab, home: machine.home });
    this.#checked = new Promise((resolve) => {
      // A program declares its resources in one go: by the next turn of the event loop the whole plan is known.
      setImmediate(() => {
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

  /** @throws RunError (a message without stack trace) with all problems of the plan. */
  check(): void {
    const problems = this.plan.problems();
    if (problems.length > 0) throw new pulumi.RunError(new LabError(problems).message);
  }
}
