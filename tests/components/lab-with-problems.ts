import { ping } from "../../checks/claims.ts";
import { declare } from "./mocked.ts";

/** A program of its own: prints the error that it ends with, and what it had declared by then besides components. */
const { Box, BridgeNetwork, ContainerHost, LocalHost, Namespace, Topology, Underlay } =
  await import("../../components/index.ts");

const ended = new Promise<Error>((resolve) => {
  process.once("uncaughtException", resolve);
});
const found = await declare(() => {
  const local = new LocalHost("local");
  const underlay = new Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
  const host1 = new ContainerHost("host1", { underlay });
  const network = new BridgeNetwork("my-bridge", { host: host1, subnet: "172.17.4.0/24" });
  new Box("box1", { networks: [{ network, ipv4Address: "10.0.0.1" }] });
  new Namespace("box1", { host: local });
  const box2 = new Box("box2", { networks: [{ network }] });
  const step = { title: "look", on: "bix2", run: "true", then: [ping(host1, box2), ping("box3", box2)] };
  new Topology("topology", {
    host: host1,
    claims: [ping(box2, "bocks1"), ping("box2", "box1", { network: "my-brigde" })],
    drills: [{ name: "look", title: "", steps: [step] }],
  });
  // a node may be declared later
  new Box("box3", { networks: [{ network }] });
});
const { message } = await ended;
const declared = [...found].filter(([, { type }]) => !type.startsWith("vethlab:")).map(([name]) => name);
console.log(JSON.stringify({ message, declared }));
process.exit(0);
