import { createHash } from "node:crypto";
import { connect, createServer, type Server } from "node:net";
import { project } from "../../toolchain/project.ts";
import { Failed } from "../exit.ts";

/**
 * Runs `work` while no other vethlab works on the same stack.
 *
 * The lock is a socket in Linux' abstract namespace: taken in one step, without a file, and dropped by the kernel at the end
 * of the process. On other systems there is Pulumi's own lock only.
 *
 * @throws Failed when another run has the lock, with the process id
 */
export async function withRunLock<T>(stack: string, work: () => Promise<T>): Promise<T> {
  if (process.platform !== "linux") return work();
  const lock = await take(lockName(stack), stack);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

/** Process id of the vethlab that works on a stack now; undefined when there is none. */
export function runLockHolder(stack: string): Promise<string | undefined> {
  return process.platform === "linux" ? holder(lockName(stack)) : Promise.resolve(undefined);
}

/** With the project's id: stacks of one name in two projects are two stacks. At most 108 characters. */
function lockName(stack: string): string {
  const id = createHash("sha256").update(`${project.id}\n${stack}`).digest("hex").slice(0, 32);
  return `\0vethlab/${process.getuid?.() ?? 0}/${id}`;
}

function take(name: string, stack: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((asking) => {
      asking.on("error", () => undefined);
      asking.end(String(process.pid));
    });
    server.once("listening", () => {
      server.unref();
      resolve(server);
    });
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") {
        reject(error);
        return;
      }
      void holder(name).then((pid) => {
        const who = pid === undefined ? "Another vethlab" : `Another vethlab (process ${pid})`;
        reject(new Failed(`${who} is at work on the stack "${stack}": wait until it has ended.`));
      });
    });
    server.listen({ path: name });
  });
}

function holder(name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect({ path: name });
    socket.setTimeout(1000, () => socket.destroy());
    socket.on("data", (data) => (answer += data.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(answer === "" ? undefined : answer);
    });
  });
}
