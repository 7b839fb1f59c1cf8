import { wrongLabel } from "../topology/labels.ts";
import { firstVersionOf, type NetworkOptions, optionOf, wrongOptions } from "../topology/network-options.ts";
import { planVersion } from "./container-plan.ts";
import { type Host, isUsers } from "./host.ts";

/** Tells the plan what of a bridge network's options and labels Docker would refuse, or drop. */
export function planNetworkOptions(
  place: string,
  args: NetworkOptions & { internal?: boolean; labels?: object },
  host: Host,
): void {
  const { plan } = host.site;
  for (const label of Object.keys(args.labels ?? {})) {
    const wrong = wrongLabel(label);
    if (wrong !== undefined) plan.problem({ place: `${place}.labels.${label}`, value: label, ...wrong });
  }
  for (const { at, ...wrong } of wrongOptions(args)) plan.problem({ place: `${place}.${at}`, ...wrong });
  const mode = optionOf(args, "gatewayMode");
  if (mode !== undefined) planVersion(host, `${place}.${mode.at}`, mode.value, firstVersionOf(mode.value));
  const bridge = optionOf(args, "bridgeName");
  if (bridge === undefined) return;
  const { value: name } = bridge;
  const at = `${place}.${bridge.at}`;
  plan.name({ scope: `interfaces of ${host.hostName}`, place: at, name, kind: "interface" });
  if (isUsers(host))
    plan.problem({
      place: at,
      value: name,
      allowed: "a machine of the user's may have a bridge of this name, and Docker would take it",
      fix: "leave it out, or use a ContainerHost",
    });
}
