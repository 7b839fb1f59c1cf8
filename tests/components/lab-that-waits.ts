import { declare } from "./mocked.ts";

/** A program of its own that waits between its components. It prints the error that it ends with, and what it had declared after the wait. */
const lab = await import("../../components/index.ts");
const { setTimeout: wait } = await import("node:timers/promises");

const [mistake = "", pause = "0"] = process.argv.slice(2);

/** Each kind of mistake of the plan. */
const mistakes: Record<string, (on: { local: Local; host: Host; net: Net }) => void> = {
  subnet: ({ host }) => new lab.BridgeNetwork("late", { host, subnet: "172.18.4.0/24" }),
  noSubnet: ({ host }) => new lab.BridgeNetwork("late", { host, subnet: "172.19.0.1/16" }),
  address: ({ net }) => new lab.Box("late", { networks: [{ network: net, ipv4Address: "10.0.0.1" }] }),
  taken: ({ net }) => new lab.Box("late", { networks: [{ network: net, ipv4Address: "172.18.0.2" }] }),
  name: ({ net }) => new lab.Box("red 1; rm -rf x", { networks: [{ network: net }] }),
  twice: ({ net }) => new lab.Box("box1", { networks: [{ network: net }] }),
  port: ({ net }) =>
    new lab.Box("late", {
      networks: [{ network: net, ipv4Address: "172.18.0.9" }],
      ports: [{ external: 0, internal: 80 }],
    }),
  handedOut: ({ net }) => new lab.Box("late", { networks: [{ network: net }] }),
  place: ({ local }) => new lab.Namespace("late", { host: local }),
  rule: ({ host }) => new lab.IptablesRule("late", { host, chain: "FORWARD", rule: "-A FORWARD -j DROP" }),
};

type Local = InstanceType<typeof lab.LocalHost>;
type Host = InstanceType<typeof lab.ContainerHost>;
type Net = InstanceType<typeof lab.BridgeNetwork>;

let message = "";
process.once("uncaughtException", (error: Error) => {
  ({ message } = error);
});
const found = await declare(async () => {
  const local = new lab.LocalHost("local");
  const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
  const host = new lab.ContainerHost("host1", { underlay });
  const net = new lab.BridgeNetwork("my-bridge", { host, subnet: "172.18.0.0/16" });
  new lab.Box("box1", { networks: [{ network: net, ipv4Address: "172.18.0.2" }] });
  await wait(Number(pause));
  try {
    mistakes[mistake]?.({ local, host, net });
  } catch (error) {
    ({ message } = error as Error);
  }
});
const declared = [...found].filter(([, { type }]) => !type.startsWith("vethlab:")).map(([name]) => name);
console.log(JSON.stringify({ message, declared }));
process.exit(0);
