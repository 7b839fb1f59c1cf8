import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { promisify } from "node:util";

import type * as Grpc from "@grpc/grpc-js";
import type * as Services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as Messages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as Structs from "google-protobuf/google/protobuf/struct_pb.js";

import { binaries } from "../../toolchain/pulumi.ts";

// The SDK's generated code is CommonJS without named exports.
const load = createRequire(import.meta.url);
const grpc = load("@grpc/grpc-js") as typeof Grpc;
const services = load("@pulumi/pulumi/proto/provider_grpc_pb.js") as typeof Services;
const messages = load("@pulumi/pulumi/proto/provider_pb.js") as typeof Messages;
const structs = load("google-protobuf/google/protobuf/struct_pb.js") as typeof Structs;

export type Properties = Record<string, unknown>;

/** An argument that the plugin refuses. */
export interface Refusal {
  property: string;
  reason: string;
}

/** A running Pulumi plugin, spoken to as Pulumi's engine does. */
export class Plugin {
  readonly #process: ChildProcessByStdio<null, Readable, null>;
  readonly #client: Services.ResourceProviderClient;

  private constructor(process: ChildProcessByStdio<null, Readable, null>, port: string) {
    this.#process = process;
    this.#client = new services.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
    );
  }

  /** Starts the plugin that the toolchain has put in place. */
  static async start(name: "docker" | "command"): Promise<Plugin> {
    const binary = binaries[`pulumi-resource-${name}`] ?? "";
    // The argument is the engine's address. There is none: what the plugin logs is lost.
    const process = spawn(binary, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "ignore"] });
    await once(process, "spawn");
    for await (const line of createInterface({ input: process.stdout })) return new Plugin(process, line);
    throw new Error(`${binary} ended without a port`);
  }

  async stop(): Promise<void> {
    this.#client.close();
    const ended = once(this.#process, "exit");
    this.#process.kill();
    await ended;
  }

  /** The plugin's schema; empty for the Docker plugin that is built here. */
  async schema(): Promise<unknown> {
    const request = new messages.GetSchemaRequest();
    const call = promisify<Messages.GetSchemaRequest, Messages.GetSchemaResponse>(
      this.#client.getSchema.bind(this.#client),
    );
    return JSON.parse((await call(request)).getSchema());
  }

  /** Configures the provider; needed before preview. */
  async configure(settings: Record<string, string>): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(structs.Struct.fromJavaScript(settings));
    const call = promisify<Messages.ConfigureRequest, Messages.ConfigureResponse>(
      this.#client.configure.bind(this.#client),
    );
    await call(request);
  }

  /** What the plugin refuses in a resource's arguments. */
  async check(type: string, args: Properties): Promise<Refusal[]> {
    const request = new messages.CheckRequest();
    request.setUrn(urn(type));
    request.setNews(struct(args));
    request.setRandomseed(new Uint8Array(32));
    const call = promisify<Messages.CheckRequest, Messages.CheckResponse>(
      this.#client.check.bind(this.#client),
    );
    return (await call(request)).getFailuresList().map((failure) => failure.toObject());
  }

  /** What a function answers, or what it refuses in its arguments. */
  async invoke(token: string, args: Properties): Promise<{ result: Properties; refusals: Refusal[] }> {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args));
    const call = promisify<Messages.InvokeRequest, Messages.InvokeResponse>(
      this.#client.invoke.bind(this.#client),
    );
    const response = await call(request);
    return {
      result: response.getReturn()?.toJavaScript() ?? {},
      refusals: response.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  /** The outputs that a preview of a new resource shows. */
  async preview(type: string, args: Properties): Promise<Properties> {
    const request = new messages.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(struct(args));
    request.setPreview(true);
    const call = promisify<Messages.CreateRequest, Messages.CreateResponse>(
      this.#client.create.bind(this.#client),
    );
    return (await call(request)).getProperties()?.toJavaScript() as Properties;
  }
}

const urn = (type: string) => `urn:pulumi:stack::project::${type}::name`;

const struct = (args: Properties) =>
  structs.Struct.fromJavaScript(args as Record<string, Structs.JavaScriptValue>);
