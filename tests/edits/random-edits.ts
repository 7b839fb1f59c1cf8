import type { Model } from "./model.ts";

type Random = () => number;
/** An edit of a model, in words; undefined where the model has nothing to be edited so. */
type Edit = (model: Model, random: Random) => string | undefined;

/** Makes one random edit of a copy of a model, such that the lab can be as the model says. */
export function randomEdit(model: Model, random: Random): { model: Model; what: string } {
  for (;;) {
    const edited = structuredClone(model);
    const what = pick(edits, random)?.(edited, random);
    if (what !== undefined && isValid(edited)) return { model: edited, what };
  }
}

const edits: readonly Edit[] = [
  // a box
  (model, random) => {
    const box = pick(model.boxes, random);
    return box && renameBox(model, box.name, fresh(model, "box", random));
  },
  (model, random) => {
    const [a, b] = shuffled(model.boxes, random);
    if (a === undefined || b === undefined) return undefined;
    const spare = "swap";
    const [nameA, nameB] = [a.name, b.name];
    renameBox(model, nameA, spare);
    renameBox(model, nameB, nameA);
    renameBox(model, spare, nameB);
    return `${nameA} and ${nameB} swap their names`;
  },
  (model, random) => {
    const box = pick(model.boxes, random);
    if (box === undefined) return undefined;
    model.boxes = model.boxes.filter((one) => one !== box);
    model.plugs = model.plugs.filter((plug) => plug.box !== box.name);
    model.joined = model.joined.filter(({ joins }) => joins !== box.name);
    return `box ${box.name} is taken out`;
  },
  (model, random) => {
    const network = pick(model.networks, random);
    if (network === undefined || model.boxes.length > 4) return undefined;
    const name = fresh(model, "box", random);
    const host = random() < 0.5 ? {} : { host: 10 + Math.floor(random() * 5) };
    model.boxes.push({ name, networks: [{ name: network.name, ...host }] });
    return `box ${name} is added to ${network.name}`;
  },
  (model, random) => {
    const [a, b] = shuffled(model.boxes, random).map(({ networks }) => networks[0]);
    if (a === undefined || b === undefined || (a.host === undefined && b.host === undefined))
      return undefined;
    const [hostA, hostB] = [a.host, b.host];
    for (const [one, host] of [
      [a, hostB],
      [b, hostA],
    ] as const) {
      if (host === undefined) delete one.host;
      else one.host = host;
    }
    return "two boxes swap their addresses";
  },
  (model, random) => {
    const [from, to] = [model.boxes.find(({ port }) => port !== undefined), pick(model.boxes, random)];
    if (from === undefined || to === undefined || from === to) return undefined;
    to.port = from.port as number;
    delete from.port;
    return `port ${to.port} moves from ${from.name} to ${to.name}`;
  },
  (model, random) => {
    const [box, network] = [pick(model.boxes, random), pick(model.networks, random)];
    const [place] = box?.networks ?? [];
    if (box === undefined || network === undefined || place === undefined || place.name === network.name)
      return undefined;
    box.networks = [{ ...place, name: network.name }];
    return `box ${box.name} moves to ${network.name}`;
  },
  // a box becomes a joined one, and back
  (model, random) => {
    const [box, owner] = shuffled(model.boxes, random);
    if (box === undefined || owner === undefined) return undefined;
    model.boxes = model.boxes.filter((one) => one !== box);
    model.plugs = model.plugs.filter((plug) => plug.box !== box.name);
    model.joined = model.joined.map((one) => (one.joins === box.name ? { ...one, joins: owner.name } : one));
    model.joined.push({ name: box.name, joins: owner.name });
    return `box ${box.name} joins ${owner.name}`;
  },
  (model, random) => {
    const [one, network] = [pick(model.joined, random), pick(model.networks, random)];
    if (one === undefined || network === undefined) return undefined;
    model.joined = model.joined.filter((other) => other !== one);
    model.boxes.push({ name: one.name, networks: [{ name: network.name }] });
    return `joined box ${one.name} becomes a box on ${network.name}`;
  },
  (model, random) => renamed("joined box", model.joined, fresh(model, "side", random), random),
  // a network
  (model, random) => {
    const network = pick(model.networks, random);
    return network && renameNetwork(model, network.name, fresh(model, "net", random));
  },
  (model, random) => {
    const network = pick(model.networks, random);
    if (network === undefined) return undefined;
    network.subnet = `172.${20 + Math.floor(random() * 10)}.0.0/24`;
    return `network ${network.name} gets ${network.subnet}`;
  },
  (model, random) => {
    const [a, b] = shuffled(model.networks, random);
    if (a === undefined || b === undefined) return undefined;
    [a.subnet, b.subnet] = [b.subnet, a.subnet];
    return `networks ${a.name} and ${b.name} swap their subnets`;
  },
  (model, random) => {
    if (model.networks.length > 2) return undefined;
    const name = fresh(model, "net", random);
    model.networks.push({ name, subnet: `172.${20 + Math.floor(random() * 10)}.0.0/24` });
    return `network ${name} is added`;
  },
  (model, random) => {
    const network = pick(model.networks, random);
    if (network === undefined || model.networks.length < 2) return undefined;
    const gone = model.boxes.filter(({ networks }) => networks.some(({ name }) => name === network.name));
    model.networks = model.networks.filter((one) => one !== network);
    model.boxes = model.boxes.filter((box) => !gone.includes(box));
    const names = gone.map(({ name }) => name);
    model.plugs = model.plugs.filter((plug) => plug.network !== network.name && !names.includes(plug.box));
    model.joined = model.joined.filter(({ joins }) => !names.includes(joins));
    return `network ${network.name} is taken out, with its boxes`;
  },
  // a plug
  (model, random) => renamed("plug", model.plugs, fresh(model, "plug", random), random),
  (model, random) => takenOut("plug", model.plugs, random),
  (model, random) => {
    const [box, network] = [pick(model.boxes, random), pick(model.networks, random)];
    if (box === undefined || network === undefined || model.plugs.length > 2) return undefined;
    const name = fresh(model, "plug", random);
    model.plugs.push({ name, box: box.name, network: network.name });
    return `plug ${name} of ${box.name} into ${network.name} is added`;
  },
  (model, random) => {
    const [plug, box, network] = [
      pick(model.plugs, random),
      pick(model.boxes, random),
      pick(model.networks, random),
    ];
    if (plug === undefined || box === undefined || network === undefined) return undefined;
    if (plug.box === box.name && plug.network === network.name) return undefined;
    Object.assign(plug, { box: box.name, network: network.name });
    return `plug ${plug.name} moves to ${box.name} and ${network.name}`;
  },
  // namespaces, bridges, pairs and rules
  (model, random) => {
    const old = pick(model.namespaces, random);
    if (old === undefined) return undefined;
    const name = fresh(model, "ns", random);
    model.namespaces = model.namespaces.map((one) => (one === old ? name : one));
    for (const pair of model.pairs) {
      if (pair.from === old) pair.from = name;
      if (pair.to === old) pair.to = name;
    }
    return `namespace ${old} is renamed ${name}`;
  },
  (model, random) => {
    const old = pick([...model.namespaces, ...model.bridges], random);
    model.namespaces = model.namespaces.filter((one) => one !== old);
    model.bridges = model.bridges.filter((one) => one !== old);
    model.pairs = model.pairs.filter(({ from, to }) => from !== old && to !== old);
    return old && `${old} is taken out, with its pairs`;
  },
  (model, random) => {
    if (model.namespaces.length > 2) return undefined;
    const name = fresh(model, "ns", random);
    model.namespaces.push(name);
    return `namespace ${name} is added`;
  },
  (model, random) => {
    if (model.bridges.length > 1) return undefined;
    const name = fresh(model, "br", random);
    model.bridges.push(name);
    return `bridge ${name} is added`;
  },
  (model, random) => renamed("pair", model.pairs, fresh(model, "veth", random), random),
  (model, random) => takenOut("pair", model.pairs, random),
  (model, random) => {
    const [from, to] = [
      pick(model.namespaces, random),
      pick([...model.namespaces, ...model.bridges], random),
    ];
    if (from === undefined || to === undefined || model.pairs.length > 2) return undefined;
    const name = fresh(model, "veth", random);
    model.pairs.push({ name, from, to, subnet: `10.1.${3 + Math.floor(random() * 200)}` });
    return `pair ${name} from ${from} to ${to} is added`;
  },
  (model, random) => {
    const pair = pick(model.pairs, random);
    if (pair === undefined || model.bridges.includes(pair.to)) return undefined;
    [pair.from, pair.to] = [pair.to, pair.from];
    return `pair ${pair.name} is turned round`;
  },
  (model, random) => renamed("rule", model.rules, fresh(model, "rule", random), random),
  (model, random) => takenOut("rule", model.rules, random),
  (model, random) => {
    if (model.rules.length > 2) return undefined;
    const name = fresh(model, "rule", random);
    model.rules.push({ name, source: `198.51.100.${1 + Math.floor(random() * 200)}` });
    return `rule ${name} is added`;
  },
  // lab hosts and services
  (model, random) => {
    const hosts = 1 + Math.floor(random() * 3);
    if (hosts === model.hosts) return undefined;
    const what = `${model.hosts} lab hosts become ${hosts}`;
    model.hosts = hosts;
    return what;
  },
  (model, random) => {
    if (model.services.length > 1) return undefined;
    const name = fresh(model, "svc", random);
    model.services.push({ name, replicas: 1 + Math.floor(random() * 3) });
    return `service ${name} is added`;
  },
  (model, random) => renamed("service", model.services, fresh(model, "svc", random), random),
  (model, random) => takenOut("service", model.services, random),
  (model, random) => {
    const service = pick(model.services, random);
    if (service === undefined || service.port !== undefined) return undefined;
    service.replicas = random() < 0.25 ? "global" : 1 + Math.floor(random() * 4);
    return `service ${service.name} has ${service.replicas} tasks`;
  },
  (model, random) => {
    const service = pick(model.services, random);
    if (service === undefined) return undefined;
    if (service.port === undefined) Object.assign(service, { replicas: "global", port: 9000 });
    else if (random() < 0.5) service.port += 1;
    else delete service.port;
    return `service ${service.name} has port ${service.port ?? "none"}`;
  },
  // the order in which all is written
  (model, random) => {
    const { networks, boxes, plugs, pairs, rules, services } = model;
    for (const all of [networks, boxes, plugs, pairs, rules, services] as unknown[][])
      all.splice(0, all.length, ...shuffled(all, random));
    return "all is written in another order";
  },
];

/** Whether the plan takes the model: of what only one may have, there is one. Two boxes at least, for a ping. */
export function isValid({
  networks,
  boxes,
  joined,
  plugs,
  namespaces,
  bridges,
  pairs,
  rules,
  services,
}: Model): boolean {
  const memberships = [
    ...boxes.flatMap((box) => box.networks.map(({ name }) => `${box.name} ${name}`)),
    ...plugs.map(({ box, network }) => `${box} ${network}`),
  ];
  const lists: string[][] = [
    networks.map(({ subnet }) => subnet),
    [...boxes, ...joined].map(({ name }) => name),
    memberships,
    boxes.flatMap((box) =>
      box.networks.flatMap(({ name, host }) => (host === undefined ? [] : `${name} ${host}`)),
    ),
    [...boxes, ...services].flatMap(({ port }) => (port === undefined ? [] : String(port))),
    [...namespaces, ...bridges],
    pairs.map(({ subnet }) => subnet),
    rules.map(({ source }) => source),
  ];
  return (
    boxes.length > 1 &&
    lists.every((list) => new Set(list).size === list.length) &&
    pairs.every(({ from, to }) => from !== to && !bridges.includes(from))
  );
}

function renameBox(model: Model, old: string, name: string): string {
  for (const box of model.boxes) if (box.name === old) box.name = name;
  for (const plug of model.plugs) if (plug.box === old) plug.box = name;
  for (const one of model.joined) if (one.joins === old) one.joins = name;
  return `box ${old} is renamed ${name}`;
}

function renameNetwork(model: Model, old: string, name: string): string {
  for (const network of model.networks) if (network.name === old) network.name = name;
  for (const plug of model.plugs) if (plug.network === old) plug.network = name;
  for (const place of model.boxes.flatMap(({ networks }) => networks))
    if (place.name === old) place.name = name;
  return `network ${old} is renamed ${name}`;
}

function renamed(what: string, all: { name: string }[], name: string, random: Random): string | undefined {
  const one = pick(all, random);
  if (one === undefined) return undefined;
  const old = one.name;
  one.name = name;
  return `${what} ${old} is renamed ${name}`;
}

function takenOut(what: string, all: { name: string }[], random: Random): string | undefined {
  const one = pick(all, random);
  if (one === undefined) return undefined;
  all.splice(all.indexOf(one), 1);
  return `${what} ${one.name} is taken out`;
}

/** A name that nothing has; few are to be had, so that one that was there before comes again. */
function fresh(model: Model, stem: string, random: Random): string {
  const taken = JSON.stringify(model);
  for (;;) {
    const name = `${stem}${1 + Math.floor(random() * 9)}`;
    if (!taken.includes(`"${name}"`)) return name;
  }
}

function pick<T>(all: readonly T[], random: Random): T | undefined {
  return all[Math.floor(random() * all.length)];
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
