/** The kinds of inspections. The compiler requires a complete record for every kind. */
import type { Inspection } from "../../topology/claims/index.ts";
import type { ServiceInspection } from "../../topology/claims/index.ts";
import { firewallKinds } from "./firewall.ts";
import { interfaceKinds } from "./interfaces.ts";
import type { Kind, Kinds } from "./kind.ts";
import { networkKinds } from "./networks.ts";
import { overlayKinds } from "./overlays.ts";
import { serviceKinds } from "./services.ts";
import { wireKinds } from "./wire.ts";

const kinds = {
  ...interfaceKinds,
  ...firewallKinds,
  ...networkKinds,
  ...overlayKinds,
  ...serviceKinds,
  ...wireKinds,
} satisfies Kinds<Inspection["kind"]>;

/** The kind of an inspection. */
export function kindOf<Of extends Inspection["kind"]>({ kind }: { kind: Of }): Kind<Of> {
  return (kinds as Kinds<Inspection["kind"]>)[kind];
}

/** Whether an inspection is one of services. */
export function isOfServices(inspect: Inspection): inspect is ServiceInspection {
  return inspect.kind in serviceKinds;
}
