import { describe, expect, test } from "@jest/globals";
import {
  givenOptions,
  hasGatewayAddress,
  type NetworkOptions,
  optionOf,
  wrongOptions,
} from "../../../topology/network-options.ts";

const bridge = (name: string) => `com.docker.network.bridge.${name}`;

test("each word is an option of Docker's driver", () => {
  const all: Required<Omit<NetworkOptions, "options">> = {
    mtuBytes: 1400,
    bridgeName: "br-lab",
    icc: false,
    masquerade: false,
    hostBindingAddress: "127.0.0.1",
    gatewayMode: "isolated",
  };
  const given = givenOptions({ options: { "com.example": "mine" }, ...all });
  expect(given.map(({ option, value }) => `${option}=${value}`)).toEqual([
    "com.example=mine",
    "com.docker.network.driver.mtu=1400",
    "com.docker.network.bridge.name=br-lab",
    "com.docker.network.bridge.enable_icc=false",
    "com.docker.network.bridge.enable_ip_masquerade=false",
    "com.docker.network.bridge.host_binding_ipv4=127.0.0.1",
    "com.docker.network.bridge.gateway_mode_ipv4=isolated",
  ]);
  expect(wrongOptions({ ...all, internal: true })).toEqual([]);
});

test("an option is found by its word, wherever it is written", () => {
  const options = { [bridge("host_binding_ipv4")]: "127.0.0.1" };
  expect(optionOf({ options }, "hostBindingAddress")?.value).toBe("127.0.0.1");
  expect(optionOf({ hostBindingAddress: "127.0.0.1" }, "hostBindingAddress")?.at).toBe("hostBindingAddress");
  expect(optionOf({ options }, "icc")).toBeUndefined();
});

describe("what is wrong", () => {
  test.each<[string, NetworkOptions & { internal?: boolean }, string[]]>([
    ["nothing", { options: { [bridge("enable_icc")]: "0", [bridge("inhibit_ipv4")]: "true" } }, []],
    ["nothing that Docker would tell", { options: { "com.example.enable_ic": "0", rate: "fast" } }, []],
    [
      "an MTU",
      { mtuBytes: 67 },
      ["mtuBytes: 67 an MTU is a whole number of bytes from 68 to 65535; for example 1400"],
    ],
    [
      "an MTU in Docker's words",
      { options: { "com.docker.network.driver.mtu": "jumbo" } },
      [
        "options.com.docker.network.driver.mtu: jumbo an MTU is a whole number of bytes from 68 to 65535; for example 1400",
      ],
    ],
    [
      "a bridge that hosts have",
      { bridgeName: "docker0" },
      ["bridgeName: docker0 is the name of an interface that hosts have; use another, for example br-lab"],
    ],
    [
      "neither true nor false",
      { options: { [bridge("enable_ip_masquerade")]: "no" } },
      [
        "options.com.docker.network.bridge.enable_ip_masquerade: no must be true or false; use one of the two",
      ],
    ],
    [
      "an address",
      { hostBindingAddress: "localhost" },
      ["hostBindingAddress: localhost is no IPv4 address; for example 127.0.0.1"],
    ],
    [
      "a gateway mode, which old engines would drop",
      { options: { [bridge("gateway_mode_ipv4")]: "routd" } },
      [
        'options.com.docker.network.bridge.gateway_mode_ipv4: routd must be one of nat, routed, isolated, nat-unprotected; did you mean "routed"?',
      ],
    ],
    [
      "isolated, with a way out",
      { gatewayMode: "isolated" },
      ["gatewayMode: isolated is for internal networks only; add internal: true"],
    ],
    [
      "one thing that is said twice",
      { icc: false, options: { [bridge("enable_icc")]: "false" } },
      ["options.com.docker.network.bridge.enable_icc: false is said by icc, too; leave out one of the two"],
    ],
    [
      "an option that Docker does not have",
      { options: { [bridge("enable_icm")]: "false" } },
      [
        'options.com.docker.network.bridge.enable_icm: false Docker has no such option, and would drop it; did you mean "com.docker.network.bridge.enable_icc"?',
      ],
    ],
  ])("%s", (_, network, told) => {
    expect(
      wrongOptions(network).map(({ at, value, allowed, fix }) => `${at}: ${value} ${allowed}; ${fix}`),
    ).toEqual(told);
  });
});

test.each<[string, NetworkOptions, boolean]>([
  ["plain", {}, true],
  ["routed", { gatewayMode: "routed" }, true],
  ["isolated", { gatewayMode: "isolated" }, false],
  ["isolated in Docker's words", { options: { [bridge("gateway_mode_ipv4")]: "isolated" } }, false],
  ["without an address of the bridge", { options: { [bridge("inhibit_ipv4")]: "true" } }, false],
])("whether the bridge has the gateway's address: %s", (_, network, has) => {
  expect(hasGatewayAddress(network)).toBe(has);
});
