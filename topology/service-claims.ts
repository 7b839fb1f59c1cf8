import { z } from "zod";
import { Target } from "./claims-target.ts";

const service = z.string().describe("the service whose tasks are meant, wherever they run just now");
const from = z.string().describe("a node; or a service: then in each of its tasks");

/** All tasks of one service ping all of another, or of their own. */
export const TasksReach = z.strictObject({
  kind: z.literal("tasks reach"),
  from: z.string().describe("a service: each of its tasks sends"),
  service,
  network: z.string(),
});
export type TasksReach = z.infer<typeof TasksReach>;

/** What is read of a service and of its tasks: who they are is asked when the claim is tested. */
export const serviceInspections = [
  z.strictObject({
    kind: z.literal("service name"),
    from,
    name: z.string().describe("the name that is looked up: my-test, tasks.my-test"),
    service,
    network: z.string(),
    answers: z
      .enum(["tasks", "vip"])
      .describe("the addresses of all running tasks, or the one virtual address"),
  }),
  z.strictObject({ kind: z.literal("service without vip"), service }),
  TasksReach,
  z.strictObject({
    kind: z.literal("tasks mtu"),
    service,
    network: z.string(),
    bytes: z
      .int()
      .min(68)
      .describe("the largest IPv4 packet that passes between its tasks without fragmentation (RFC 791)"),
  }),
  z.strictObject({
    kind: z.literal("tasks walled off"),
    from: z.string().describe("a service: each of its tasks sends"),
    fromNetwork: z.string().describe("where its tasks reply to one another: they are alive"),
    service: z
      .string()
      .describe("another service, whose tasks reply to one another on `network`; or the same"),
    network: z.string().describe("where no reply comes"),
  }),
  z.strictObject({
    kind: z.literal("load spread"),
    from: z.string().describe("a node; or a service: then in one of its tasks"),
    to: Target,
    port: z.int().min(1).max(65535),
    service,
    requests: z.int().min(1).describe("how often it is asked"),
  }),
  z.strictObject({
    kind: z.literal("tasks on hosts"),
    service,
    on: z
      .record(z.string(), z.int().min(0))
      .describe("host -> how many tasks; hosts that are not named do not matter"),
  }),
  z.strictObject({
    kind: z.literal("peers"),
    host: z.string().describe("the host whose engine lists them"),
    network: z.string(),
    exactly: z.array(z.string()).describe("the hosts that it must list"),
  }),
] as const;

export const ServiceInspection = z.discriminatedUnion("kind", [...serviceInspections]);
export type ServiceInspection = z.infer<typeof ServiceInspection>;
