import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { didYouMean } from "../topology/suggest.ts";
import { type IptablesTable, policyProblems } from "../topology/iptables.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { Host } from "./host.ts";
import { FOUND } from "./iptables-found.ts";
import { forbidLocal } from "./namespace.ts";
import { ownedBy } from "./ownership.ts";

export interface IptablesPolicyArgs {
  /** The lab host of the chain. Not the user's own machine: no lab touches its firewall. */
  host: Host;
  /** `iptables --table`. Default: filter. */
  table?: IptablesTable;
  /** One of the kernel's chains: FORWARD. */
  chain: string;
  /** The verdict for packets without a deciding rule (`iptables --policy`). */
  policy: "ACCEPT" | "DROP";
}

const ARGUMENTS: ArgumentNames<IptablesPolicyArgs> = { host: true, table: true, chain: true, policy: true };

/**
 * The policy of one of the kernel's chains on a lab host. Removing the component brings back the former policy.
 *
 * @example new IptablesPolicy("forward", { host: host1, chain: "FORWARD", policy: "DROP" });
 */
export class IptablesPolicy extends pulumi.ComponentResource {
  readonly resources: { policy: command.local.Command };

  constructor(name: string, args: IptablesPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:firewall:IptablesPolicy", name, recorded(args), opts);
    refuseUnknown(`policies.${name}`, args, ARGUMENTS);
    const { host, table = "filter", chain, policy } = args;
    plan(name, host, table, chain, policy);
    const node = host.exec(
      `${name}-policy`,
      {
        file: "iptables-policy",
        apply: "set",
        undo: "restore",
        environment: {
          TABLE: table,
          CHAIN: chain,
          POLICY: policy,
          FOUND: `${FOUND}/policy-${table}-${chain}`,
          ...ownedBy(host, `${name}-policy`),
        },
        triggers: [table, chain],
      },
      this,
    );
    this.resources = { policy: node };
    // The declared state is recorded, so that `vethlab up` finds changes by hand.
    this.registerOutputs({ host: host.hostName, table, chain, policy });
  }
}

function plan(name: string, host: Host, table: string, chain: string, policy: string): void {
  const { plan } = host.site;
  const place = `policies.${name}`;
  const policies = ["ACCEPT", "DROP"];
  forbidLocal(host, place);
  for (const { part, ...problem } of policyProblems(table, chain)) {
    plan.problem({ place: `${place}.${part}`, ...problem });
  }
  if (!policies.includes(policy)) {
    plan.problem({
      place: `${place}.policy`,
      value: policy,
      allowed: "must be ACCEPT or DROP",
      fix: didYouMean(policy, policies),
    });
  }
  plan.only({
    scope: `policies of ${host.hostName}`,
    place: `${place}.chain`,
    value: `${table} ${chain}`,
    what: `chain's policy on ${host.hostName}`,
    fix: "leave one of the two out",
  });
}
