import * as pulumi from "@pulumi/pulumi";

/** A resource as a component declared it. */
export interface Declared {
  type: string;
  inputs: Record<string, unknown>;
  provider: string | undefined;
}

const declared = new Map<string, Declared>();

/** Outputs that an engine would give. */
function outputsOf(type: string, inputs: Record<string, unknown>): Record<string, unknown> {
  if (type === "docker:index/container:Container") {
    const networks = (inputs["networksAdvanced"] ?? [{ name: "bridge" }]) as {
      name: string;
      ipv4Address?: string;
    }[];
    return {
      networkDatas: networks.map(({ name, ipv4Address }) => ({
        networkName: name,
        ipAddress: ipv4Address ?? "172.17.0.2",
        ipPrefixLength: 16,
        macAddress: "02:42:ac:11:00:02",
      })),
    };
  }
  if (type === "command:local:Command") return { stdout: stdoutOf(inputs) };
  return {};
}

function stdoutOf(inputs: Record<string, unknown>): string {
  const environment = inputs["environment"] as Record<string, string>;
  switch (callIn(inputs)) {
    case "linked-box.sh run":
      return '{"Id":"linked-id","IPAddress":"172.17.0.3","IPPrefixLen":16,"MacAddress":"02:42:ac:11:00:03"}';
    case "network-attachment.sh connect": {
      const endpoint = { IPAddress: "172.18.0.4", IPPrefixLen: 16, MacAddress: "02:42:ac:12:00:04" };
      return JSON.stringify({ [environment["NETWORK"] ?? ""]: endpoint });
    }
    case "network.sh create":
      return `${environment["NETWORK"] ?? ""}-network-made`;
    case "veth-pair.sh add":
      return '[{"address":"02:00:00:00:00:01"}]\n[{"address":"02:00:00:00:00:02"}]';
    case "host-ready.sh wait":
      return `unix://${environment["DIRECTORY"] ?? ""}/docker.sock`;
    default:
      return "";
  }
}

/** The script that a command runs, with its argument: `network.sh create`. */
function callIn({ interpreter = [], create }: { interpreter?: string[]; create?: string }): string {
  return `${interpreter.at(-1)} ${create}`;
}

await pulumi.runtime.setMocks(
  {
    newResource: ({ type, name, inputs: given, provider }) => {
      const inputs = given as Record<string, unknown>;
      declared.set(name, { type, inputs, provider });
      return { id: `${name}-id`, state: { ...inputs, ...outputsOf(type, inputs) } };
    },
    call: ({ inputs }) => inputs as Record<string, unknown>,
  },
  "vethlab",
  "test-stack",
);

/** Runs a program without an engine and gives what it declared, by name. */
export async function declare(program: () => unknown): Promise<Map<string, Declared>> {
  declared.clear();
  await program();
  // The plan is checked when the program has declared nothing for 20 ms; then until nothing new is declared.
  await new Promise((resolve) => setTimeout(resolve, 60));
  for (let known = -1; known < declared.size;) {
    known = declared.size;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  return declared;
}

/** One of the resources that were declared. */
export function made(found: ReadonlyMap<string, Declared>, name: string): Declared {
  const one = found.get(name);
  if (one === undefined) throw new Error(`${name} was not declared`);
  return one;
}

/** The value of an output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
