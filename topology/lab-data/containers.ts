/** Boxes in a lab that is plain data: what `docker run` is told. */
import { z } from "zod";
import { reference, texts } from "./references.ts";

const port = z.union([
  z.int().min(1).max(65535),
  z.string().regex(/^\d+-\d+$/, "must be a port, or a range such as 8000-8010"),
]);

const PortData = z
  .strictObject({
    external: port.describe("port of the host, 1 to 65535; or a range, 8000-8010").meta({ examples: [8080] }),
    internal: port.describe("port in the box; or a range of the same length").meta({ examples: [80] }),
    protocol: z.enum(["tcp", "udp", "sctp"]).optional().describe("default: tcp"),
    hostAddress: z
      .string()
      .optional()
      .describe("IPv4 address of the host on which it is published; default: all of its addresses"),
  })
  .meta({ id: "Port" });

const readOnly = z.boolean().optional().describe("whether the box can only read it; default: false");
const target = z.string().describe("absolute path in the box");

const MountData = z.discriminatedUnion("type", [
  z
    .strictObject({
      type: z.literal("bind"),
      source: z.string().describe("absolute path on the box's host; a lab host has files of its own"),
      target,
      readOnly,
    })
    .meta({ id: "BindMount" }),
  z
    .strictObject({
      type: z.literal("volume"),
      source: reference("a volume of the same host; default: one of the box's own, which goes with it", [
        "volumes",
      ]).optional(),
      target,
      readOnly,
    })
    .meta({ id: "VolumeMount" }),
  z
    .strictObject({
      type: z.literal("tmpfs"),
      target,
      sizeBytes: z
        .number()
        .optional()
        .describe("how much it can hold, in bytes; default: as there is memory"),
      mode: z.number().optional().describe("permissions (tmpfs-mode): 0o770; default: 0o1777"),
    })
    .meta({ id: "TmpfsMount" }),
]);

const HealthcheckData = z
  .strictObject({
    command: z.string().describe("command for the box's shell; exit status 0: healthy (--health-cmd)"),
    intervalSeconds: z.number().optional().describe("seconds between two checks; default: Docker's 30"),
    timeoutSeconds: z.number().optional().describe("seconds that a check may take; default: Docker's 30"),
    startPeriodSeconds: z
      .number()
      .optional()
      .describe("seconds after the start in which failures do not count; default: 0"),
    startIntervalSeconds: z
      .number()
      .optional()
      .describe("seconds between two checks in this period (Docker 25 and later); default: Docker's 5"),
    retries: z.int().optional().describe("failures in a row that make it unhealthy; default: Docker's 3"),
    waitSeconds: z
      .number()
      .optional()
      .describe("seconds within which the box must become healthy, else `up` fails; default: nobody waits"),
  })
  .meta({ id: "Healthcheck" });

/** What every container can be told. */
const container = {
  image: z.string().optional().describe("image; default: vethlab's box image, which has network tools"),
  command: texts.optional().describe("command (after the image); default: the image's own"),
  entrypoint: texts.optional().describe("program before the command (--entrypoint); default: the image's"),
  environment: z.record(z.string(), z.string()).optional().describe("environment variables (--env)"),
  user: z.string().optional().describe("user and group of the command (--user): 1000:1000"),
  workingDirectory: z.string().optional().describe("absolute path in which the command runs (--workdir)"),
  mounts: z.array(MountData).optional().describe("files, folders and volumes in the box (--mount)"),
  restart: z
    .string()
    .optional()
    .describe("when the engine starts it again (--restart): always, on-failure:3; default: no"),
  healthcheck: HealthcheckData.optional().describe("how the engine finds out whether it is well"),
  capabilities: z
    .strictObject({
      add: texts.optional().describe("--cap-add: NET_ADMIN, or ALL"),
      drop: texts.optional().describe("--cap-drop: NET_RAW, or ALL"),
    })
    .meta({ id: "Capabilities" })
    .optional()
    .describe("what its processes may do, capabilities(7); default: what Docker gives"),
  sysctls: z
    .record(z.string(), z.string())
    .optional()
    .describe("settings of the kernel in its own namespaces (--sysctl): net.ipv4.ip_forward"),
  privileged: z
    .union([z.boolean(), z.literal("even-on-my-machine")])
    .optional()
    .describe("whether it may do what the engine may (--privileged); default: false"),
  labels: z.record(z.string(), z.string()).optional().describe("labels beside vethlab's own (--label)"),
};

/** What a container with a name and a resolver of its own can be told. */
const named = {
  hostname: z.string().optional().describe("what it calls itself (--hostname); default: its name"),
  domainname: z.string().optional().describe("its domain (--domainname); default: none"),
  dns: texts.optional().describe("IPv4 addresses of its name servers (--dns); default: the engine's"),
  dnsSearch: texts.optional().describe("domains for names without a dot (--dns-search)"),
  dnsOptions: texts.optional().describe("options of its resolver (--dns-option): ndots:2"),
  extraHosts: z
    .record(z.string(), z.string())
    .optional()
    .describe("further names in its hosts file, each with an IPv4 address or host-gateway (--add-host)"),
};

const networks = ["networks", "defaultBridges", "overlays"] as const;

export const aliases = texts
  .optional()
  .describe("further names by which others find it on this network (--network-alias)");
export const ipv4Address = z
  .string()
  .optional()
  .describe("IPv4 address (docker run --ip); default: the engine's next free one");
export const gatewayPriority = z
  .int()
  .optional()
  .describe("the network with the highest one has the default gateway (Docker 28 and later); default: 0");
export const anyNetwork = (description: string) => reference(description, networks);

const EndpointData = z
  .union([
    anyNetwork("a network of the lab"),
    z
      .strictObject({
        network: anyNetwork("a network of the lab"),
        ipv4Address,
        aliases,
        macAddress: z.string().optional().describe("MAC address on this network (--mac-address)"),
        gatewayPriority,
      })
      .meta({ id: "Endpoint" }),
  ])
  .describe("a network by its name, or with what the box has there");

const ports = z
  .array(PortData)
  .optional()
  .describe("ports of the host that lead into it (--publish); default: none");

export const BoxData = z.strictObject({
  networks: z
    .array(EndpointData)
    .min(1)
    .optional()
    .describe("the networks that it is plugged into (docker run --network), all of one host")
    .meta({ examples: [["front"]] }),
  network: z
    .enum(["host", "none"])
    .optional()
    .describe("in place of `networks`: the interfaces of its host, or none (docker run --network)"),
  host: reference("the host it stands on, for `network` and for overlays; default: the only host", [
    "hosts",
  ]).optional(),
  ports,
  after: z
    .array(reference("a box", ["boxes"]))
    .optional()
    .describe("boxes that must stand before; one that waits to be healthy, till it is"),
  ...container,
  ...named,
});

export const JoinedBoxData = z.strictObject({
  joins: reference("the box whose interfaces it shares (docker run --network container:NAME)", ["boxes"]),
  ...container,
});

export const LinkedBoxData = z.strictObject({
  links: z
    .array(
      z
        .strictObject({
          box: reference("a box on the default bridge", ["boxes"]),
          alias: z.string().optional().describe("name of the link; default: the name of the box"),
        })
        .meta({ id: "BoxLink" }),
    )
    .min(1)
    .describe("the linked boxes (docker run --link), all of one host"),
  ports,
  ...container,
  ...named,
});
