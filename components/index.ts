/** All that a lab file imports: components, claims, drills, settings. */
export * from "./box.ts";
export * from "./bridge-network.ts";
export * from "./consul.ts";
export type {
  BindMount,
  Capabilities,
  ContainerArgs,
  Healthcheck,
  Mount,
  NamedContainerArgs,
  TmpfsMount,
  VolumeMount,
} from "./container-args.ts";
export * from "./container-host.ts";
export * from "./container-namespace.ts";
export * from "./default-bridge.ts";
export * from "./etcd-cluster.ts";
export { type Host, type HostScript, isUsers } from "./host.ts";
export * from "./iptables-policy.ts";
export * from "./iptables-rule.ts";
export * from "./joined-box.ts";
export { Lab, type LabArgs, type LabData } from "./lab.ts";
export * from "./lab-host.ts";
export * from "./linked-box.ts";
export * from "./linux-bridge.ts";
export * from "./local-host.ts";
export * from "./namespace.ts";
export * from "./network-attachment.ts";
export * from "./network-removal.ts";
export * from "./outside.ts";
export * from "./overlay-network.ts";
export * from "./ssh-host.ts";
export * from "./overlay-service.ts";
export * from "./swarm.ts";
export * from "./topology.ts";
export * from "./underlay.ts";
export * from "./verification.ts";
export * from "./veth-pair.ts";
export * from "./vm-host.ts";
export * from "./volume.ts";
export * from "./lab-ground.ts";
export * from "../checks/claims.ts";
export * from "../checks/drills.ts";
export { engineSetting, flag, outsideSetting, settings, wholeNumber } from "../topology/config.ts";
export type { Machine } from "../topology/machine.ts";
export { z } from "zod";
