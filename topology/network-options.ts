/** What the bridge driver of `docker network create` accepts, and does not drop without a word. */
import { isAddress } from "./addresses.ts";
import { GATEWAY_BRIDGE } from "./engine-networks.ts";
import type { Wrong } from "./run-options.ts";
import { didYouMean, nearest } from "./suggest.ts";

/** The first version of Docker that has each gateway mode. */
const firstVersions = { nat: 27, routed: 27, isolated: 28, "nat-unprotected": 28 };

export type GatewayMode = keyof typeof firstVersions;
export const gatewayModes = Object.keys(firstVersions) as [GatewayMode, ...GatewayMode[]];

/** Docker's first version that has a gateway mode. */
export function firstVersionOf(mode: string): number {
  return new Map(Object.entries(firstVersions)).get(mode) ?? firstVersions.nat;
}

/** Options of Docker's bridge driver that have a word of their own. */
export interface BridgeOptions {
  /** MTU of the bridge and of its boxes' interfaces, in bytes (`com.docker.network.driver.mtu`). Default: 1500. */
  mtuBytes?: number;
  /** Name of the bridge on the host, up to 15 characters (`com.docker.network.bridge.name`). Default: `br-` and the network's id. */
  bridgeName?: string;
  /** Whether its boxes reach one another (`com.docker.network.bridge.enable_icc`). Default: true. */
  icc?: boolean;
  /**
   * Whether packets that leave the network get the address of the host (`com.docker.network.bridge.enable_ip_masquerade`).
   * Default: true.
   */
  masquerade?: boolean;
  /**
   * IPv4 address of the host on which ports of its boxes are published that say none
   * (`com.docker.network.bridge.host_binding_ipv4`). Default: all of the host's addresses.
   */
  hostBindingAddress?: string;
  /**
   * How its boxes are reached from beyond the host, and reach beyond (`com.docker.network.bridge.gateway_mode_ipv4`, Docker
   * 27; the last two 28). `nat`: at published ports, with the host's address. `routed`: at published ports (those in the box), with their
   * own addresses. `isolated`: not even from the host, which has no address on the bridge; with `internal` only.
   * `nat-unprotected`: as `nat`, and all ports are open to whoever has a route. Default: nat.
   */
  gatewayMode?: GatewayMode;
}

type Word = keyof BridgeOptions;

/** Docker's option for each word, and what is wrong with a value of it. */
const words: Record<Word, { option: string; wrong: (value: string) => Wrong | undefined }> = {
  mtuBytes: { option: "com.docker.network.driver.mtu", wrong: wrongMtu },
  bridgeName: { option: "com.docker.network.bridge.name", wrong: wrongBridge },
  icc: { option: "com.docker.network.bridge.enable_icc", wrong: wrongBoolean },
  masquerade: { option: "com.docker.network.bridge.enable_ip_masquerade", wrong: wrongBoolean },
  hostBindingAddress: { option: "com.docker.network.bridge.host_binding_ipv4", wrong: wrongBinding },
  gatewayMode: { option: "com.docker.network.bridge.gateway_mode_ipv4", wrong: wrongGatewayMode },
};

const wordNames = Object.keys(words) as Word[];

/** Options of the driver without a word of their own. */
const otherOptions = [
  "com.docker.network.bridge.gateway_mode_ipv6",
  "com.docker.network.bridge.inhibit_ipv4",
  "com.docker.network.bridge.trusted_host_interfaces",
  "com.docker.network.container_iface_prefix",
  "com.docker.network.enable_ipv4",
  "com.docker.network.enable_ipv6",
  "com.docker.network.host_ipv4",
  "com.docker.network.host_ipv6",
];
const knownOptions = [...wordNames.map((word) => words[word].option), ...otherOptions];

/** What a network is told of its driver's options: by words of their own, and in Docker's names. */
export type NetworkOptions = { [Name in Word]?: BridgeOptions[Name] | undefined } & {
  options?: Readonly<Record<string, string>> | undefined;
};

/** An option as it reaches Docker. */
interface GivenOption {
  /** Where it is written, below the network: `icc`, `options.com.docker.network.bridge.enable_icc`. */
  at: string;
  option: string;
  value: string;
  /** The word of its own that the option has. */
  word: Word | undefined;
}

/** All options of a network, in Docker's names. */
export function givenOptions(network: NetworkOptions): GivenOption[] {
  return [
    ...Object.entries(network.options ?? {}).map(([option, value]) => ({
      at: `options.${option}`,
      option,
      value,
      word: wordNames.find((word) => words[word].option === option),
    })),
    ...wordNames.flatMap((word) => {
      const value = network[word];
      return value === undefined
        ? []
        : [{ at: word, option: words[word].option, value: String(value), word }];
    }),
  ];
}

/** The option of a word, wherever it is written. */
export function optionOf(network: NetworkOptions, word: Word): GivenOption | undefined {
  return givenOptions(network).find((given) => given.word === word);
}

/** Whether the bridge has the gateway's address: then the address answers while a box is well. */
export function hasGatewayAddress(network: NetworkOptions): boolean {
  const inhibited = network.options?.["com.docker.network.bridge.inhibit_ipv4"] ?? "false";
  return optionOf(network, "gatewayMode")?.value !== "isolated" && isFalse(inhibited);
}

/** What is wrong with the options of a network, each with its place below the network. */
export function wrongOptions(
  network: NetworkOptions & { internal?: boolean },
): (Wrong & { at: string; value: string })[] {
  return givenOptions(network).flatMap((given) => {
    const wrong = wrongOption(given, network);
    return wrong === undefined ? [] : [{ at: given.at, value: given.value, ...wrong }];
  });
}

function wrongOption(
  { at, option, value, word }: GivenOption,
  network: NetworkOptions & { internal?: boolean },
): Wrong | undefined {
  if (!/^[^=]+$/.test(option))
    return { allowed: 'an option has a name, without "="', fix: "for example com.docker.network.driver.mtu" };
  if (word === undefined) return misspelt(option);
  if (at !== word && network[word] !== undefined)
    return { allowed: `is said by ${word}, too`, fix: "leave out one of the two" };
  if (word === "gatewayMode" && value === "isolated" && network.internal !== true)
    return { allowed: "is for internal networks only", fix: "add internal: true" };
  return words[word].wrong(value);
}

/** Docker keeps any option, and heeds those that it knows. */
function misspelt(option: string): Wrong | undefined {
  const name = (one: string) => one.slice(one.lastIndexOf(".") + 1);
  const near = nearest(name(option), knownOptions.map(name));
  const meant = knownOptions.find((known) => name(known) === near);
  if (meant === undefined || knownOptions.includes(option) || !option.startsWith("com.docker.network."))
    return undefined;
  return { allowed: "Docker has no such option, and would drop it", fix: `did you mean "${meant}"?` };
}

/** The kernel's bounds for interfaces of the Ethernet kind (ETH_MIN_MTU, ETH_MAX_MTU). */
function wrongMtu(value: string): Wrong | undefined {
  if (/^\d+$/.test(value) && Number(value) >= 68 && Number(value) <= 65535) return undefined;
  return { allowed: "an MTU is a whole number of bytes from 68 to 65535", fix: "for example 1400" };
}

/** Docker takes a bridge that is there already, with all that is plugged into it. */
function wrongBridge(value: string): Wrong | undefined {
  if (!["docker0", GATEWAY_BRIDGE, "lo", "eth0"].includes(value)) return undefined;
  return { allowed: "is the name of an interface that hosts have", fix: "use another, for example br-lab" };
}

function wrongBoolean(value: string): Wrong | undefined {
  if (isFalse(value) || ["1", "t", "T", "TRUE", "true", "True"].includes(value)) return undefined;
  return { allowed: "must be true or false", fix: "use one of the two" };
}

/** Whether Go reads false (strconv.ParseBool). */
export function isFalse(value: string): boolean {
  return ["0", "f", "F", "FALSE", "false", "False"].includes(value);
}

function wrongBinding(value: string): Wrong | undefined {
  return isAddress(value) ? undefined : { allowed: "is no IPv4 address", fix: "for example 127.0.0.1" };
}

function wrongGatewayMode(value: string): Wrong | undefined {
  if (gatewayModes.some((mode) => mode === value)) return undefined;
  return { allowed: `must be one of ${gatewayModes.join(", ")}`, fix: didYouMean(value, gatewayModes) };
}
