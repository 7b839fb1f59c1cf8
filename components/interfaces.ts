import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { TopologyInterface } from "../topology/document.ts";
import type { Network } from "./bridge-network.ts";

/** The addresses of interfaces, by network, without interfaces that have none. */
export function addressesIn(
  interfaces: pulumi.Output<TopologyInterface>[],
): pulumi.Output<Record<string, string>> {
  return pulumi
    .all(interfaces)
    .apply((all) =>
      Object.fromEntries(
        all.filter(({ address }) => address !== "").map(({ network, address }) => [network, address]),
      ),
    );
}

/**
 * A container's interface on a network, found by the network's name on the engine, since the engine lists interfaces in no
 * order. All fields are empty while the container has no such interface.
 */
export function interfaceOf(
  container: docker.Container,
  network: string,
  engineName: pulumi.Input<string>,
): pulumi.Output<TopologyInterface> {
  return pulumi.all([container.networkDatas, engineName]).apply(([datas, name]) => {
    const data = datas.find(({ networkName }) => networkName === name);
    return {
      network,
      address: data?.ipAddress ?? "",
      prefixLength: data?.ipPrefixLength ?? 0,
      ...(data?.macAddress === undefined ? {} : { mac: data.macAddress }),
    };
  });
}

/**
 * The names of a box on a network beside its container's. On the user's own engine the container's name includes the
 * stack's: one of them is then the name in the lab.
 */
export function namesOn(
  network: Network,
  box: { node: string; engineName: string },
  aliases: readonly string[] = [],
): string[] {
  return network.hasDns && box.engineName !== box.node ? [box.node, ...aliases] : [...aliases];
}

/** An interface with the further names of its node on the network. */
export function withAliases(found: TopologyInterface, aliases: readonly string[] = []): TopologyInterface {
  return aliases.length === 0 ? found : { ...found, aliases: [...aliases] };
}
