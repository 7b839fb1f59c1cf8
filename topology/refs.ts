/** How lab files name what stands: by its name, or by the component that is it. Components are told by their shape. */

/** A node: its name, or a Box, Namespace, Outside, lab host, ... */
export type NodeRef = string | { readonly node: string } | { readonly hostName: string };
/** A service: its name, or an OverlayService. */
export type ServiceRef = string | { readonly serviceName: string };
/** A network: its name, or a network component. */
export type NetworkRef = string | { readonly networkName: string };
/** A node, or a service for each of its tasks. */
export type SenderRef = NodeRef | ServiceRef;

/** The name of a node, or of a service. */
export function nameOfNode(ref: SenderRef): string {
  if (typeof ref === "string") return ref;
  if ("serviceName" in ref) return ref.serviceName;
  return "node" in ref ? ref.node : ref.hostName;
}

/** The name of a service. */
export function nameOfService(ref: ServiceRef): string {
  return typeof ref === "string" ? ref : ref.serviceName;
}

/** The name of a network. */
export function nameOfNetwork(ref: NetworkRef): string {
  return typeof ref === "string" ? ref : ref.networkName;
}
