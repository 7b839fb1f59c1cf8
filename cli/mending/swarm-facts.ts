import { z } from "zod";
import { NODE_LABEL } from "../../topology/labels.ts";

/** What a Swarm was told, as the engine of a manager has it. Where tasks are, and how they are, changes by itself. */

const Service = z.object({
  Spec: z.object({
    Name: z.string(),
    Mode: z.object({ Replicated: z.object({ Replicas: z.int() }).optional() }),
    TaskTemplate: z.object({
      ContainerSpec: z.object({
        Image: z.string(),
        Command: z.array(z.string()).optional(),
        Args: z.array(z.string()).optional(),
      }),
      Placement: z.object({ Constraints: z.array(z.string()).optional() }).optional(),
      Networks: z.array(z.object({ Target: z.string() })).optional(),
    }),
    EndpointSpec: z
      .object({
        Mode: z.string().optional(),
        Ports: z
          .array(
            z.object({
              Protocol: z.string(),
              TargetPort: z.int(),
              PublishedPort: z.int().optional(),
              PublishMode: z.string(),
            }),
          )
          .optional(),
      })
      .optional(),
  }),
});

/** The command that tells of services; of one that is gone it tells nothing. */
export function servicesCommand(names: readonly string[]): string[] {
  return ["docker", "service", "inspect", ...names];
}

/** Reads what `servicesCommand` has told. */
export function readServices(inspected: string): string[] {
  return z
    .array(Service)
    .parse(JSON.parse(inspected))
    .flatMap(({ Spec: { Name, Mode, TaskTemplate, EndpointSpec } }) => {
      const { ContainerSpec, Placement, Networks = [] } = TaskTemplate;
      const words = [...(ContainerSpec.Command ?? []), ...(ContainerSpec.Args ?? [])];
      return [
        Mode.Replicated === undefined ? "global" : `replicas ${Mode.Replicated.Replicas}`,
        `image ${ContainerSpec.Image}`,
        `command ${words.length === 0 ? "of the image" : JSON.stringify(words)}`,
        ...(Placement?.Constraints ?? []).map((constraint) => `constraint ${constraint}`),
        ...Networks.map(({ Target }) => `network ${Target}`),
        `endpoint mode ${EndpointSpec?.Mode ?? "vip"}`,
        ...(EndpointSpec?.Ports ?? []).map(
          ({ Protocol, TargetPort, PublishedPort, PublishMode }) =>
            `port ${PublishedPort ?? "any"} -> ${TargetPort}/${Protocol}, ${PublishMode}`,
        ),
      ].map((fact) => `service ${Name}: ${fact}`);
    });
}

const Member = z.object({
  Spec: z.object({
    Labels: z.record(z.string(), z.string()).nullish(),
    Role: z.string(),
    Availability: z.string(),
  }),
  Description: z.object({ Hostname: z.string() }),
});

/** The command that tells of all nodes of a Swarm. */
export const membersCommand = ["sh", "-c", "docker node inspect $(docker node ls --quiet)"];

/** Reads what `membersCommand` has told. Not whether a node is ready: on a busy machine one is lost for a moment. */
export function readMembers(inspected: string): string[] {
  return z
    .array(Member)
    .parse(JSON.parse(inspected))
    .map(({ Spec: { Labels, Role, Availability }, Description }) => {
      const { [NODE_LABEL]: name = Description.Hostname, ...labels } = Labels ?? {};
      const told = Object.entries(labels)
        .sort()
        .map(([key, value]) => `label ${key}=${value}`);
      return `${name} in the Swarm: ${[Role, Availability, ...told].join(", ")}`;
    });
}
