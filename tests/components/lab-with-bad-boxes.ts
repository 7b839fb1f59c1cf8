import { refusals } from "./refused.ts";

/** A program of its own: everything of boxes, links, networks and rules that is refused before anything is made. */
const lab = await import("../../components/index.ts");

/** What a program in plain JavaScript may write. */
const untyped = (args: object): never => args as never;

await refusals(() => {
  const local = new lab.LocalHost("local", { machine: { networksInUse: [], engine: { version: "30.0.1" } } });
  const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
  const host = new lab.ContainerHost("host1", { underlay });
  const bridge = new lab.DefaultBridge("bridge", { host });
  const custom = new lab.BridgeNetwork("custom", { host, subnet: "172.19.0.0/16" });
  const networks = [{ network: bridge }];

  new lab.Box("web", { networks, ports: [{ external: 8080, internal: 80 }] });
  new lab.Box("web2", {
    networks,
    ports: [
      { external: 8080, internal: 80 },
      { external: 0, internal: 70000 },
      untyped({ external: 81, internal: 81, protocol: "tpc" }),
    ],
  });
  new lab.Box("host02", untyped({ network: "host", host, networks }));
  new lab.Box("host03", untyped({ network: "host", host, ports: [{ external: 80, internal: 80 }] }));
  new lab.Box("none", untyped({ network: "none", host, ports: [{ external: 80, internal: 80 }] }));
  new lab.Box("hots", untyped({ network: "hots", host }));
  new lab.Box("machine", { network: "host", host: local });

  const box = new lab.Box("box", { networks: [{ network: custom }] });
  const joined = new lab.JoinedBox("joined", { joins: box });
  new lab.JoinedBox("joined2", { joins: untyped(joined) });
  new lab.NetworkAttachment("plug", {
    box: new lab.Box("none2", { network: "none", host }),
    network: custom,
  });

  new lab.LinkedBox("linked", { links: [{ box }] });
  const onLocal = new lab.Box("onLocal", {
    networks: [{ network: new lab.DefaultBridge("b", { host: local }) }],
  });
  new lab.LinkedBox("linked2", { links: [{ box: onLocal }] });

  const rule = "-s 172.17.0.0/16 -j MASQUERADE";
  new lab.IptablesRule("first", { host, table: "nat", chain: "POSTROUTING", rule });
  new lab.IptablesRule("again", { host, table: "nat", chain: "POSTROUTING", rule: `${rule} ` });
  new lab.IptablesRule("command", { host, chain: "FORWARD", rule: "-A FORWARD -j DROP" });
  new lab.IptablesRule("no-target", { host, chain: "FORWARD", rule: "-s 172.17.0.0/16" });
  new lab.IptablesRule("table", { host, table: untyped("nta" as never), chain: "FORWARD", rule: "-j DROP" });
  new lab.IptablesRule("machine-rule", { host: local, chain: "FORWARD", rule: "-j DROP" });
  new lab.IptablesPolicy("policy", { host, chain: "DOCKER", policy: untyped("REJECT" as never) });
});
