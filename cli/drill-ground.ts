import { spawn } from "node:child_process";
import type { Ground, Ran } from "../checks/drill.ts";
import { testClaims } from "../checks/run.ts";
import { scriptCall } from "../scripts/index.ts";
import type { Topology } from "../topology/document.ts";
import type { DrillScript } from "../topology/drills.ts";
import { nodeCommand } from "./node-command.ts";
import { keepUndo } from "./mending/undo-record.ts";
import { SETTLED_SECONDS } from "./verification.ts";

/** For how long a script may take: longer than scripts wait by limits of their own. */
const SCRIPT_LIMIT_SECONDS = 90;

/** A lab that stands. The environment must be that of the labs, and the claims of the topology valid. */
export function groundOf(topology: Topology): Ground {
  return {
    run: (on, script) => runInNode(topology, on, script),
    test: (claims, { signal, settled = false } = {}) =>
      testClaims(
        { ...topology, claims: [...claims] },
        { signal, whole: false, ...(settled ? { deadlineSeconds: SETTLED_SECONDS } : {}) },
      ),
    keep: (drill, steps) => {
      keepUndo(topology, drill, steps);
    },
  };
}

function wordsOf(script: DrillScript): string[] {
  return typeof script === "string"
    ? ["sh", "-c", script]
    : scriptCall(script.file, script.argument, script.environment);
}

function runInNode(topology: Topology, on: string, script: DrillScript): Promise<Ran> {
  // The time limit lies inside: to end `docker exec` ends nothing in the container.
  const limited = ["timeout", String(SCRIPT_LIMIT_SECONDS), ...wordsOf(script)];
  const [program = "", ...args] = nodeCommand(topology, on, limited, { terminal: false });
  return new Promise((resolve) => {
    // In a process group of its own, which Ctrl-C on a terminal does not reach: what was begun is ended, then undone.
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const late = (): void => {
      child.kill("SIGKILL");
    };
    // Where something in its background holds the output, docker waits for that.
    const timer = setTimeout(late, (SCRIPT_LIMIT_SECONDS + 5) * 1000);
    const end = (ran: Ran): void => {
      clearTimeout(timer);
      resolve(ran);
    };
    child.on("error", (error) => {
      end({ status: null, stdout, stderr: `cannot run ${program}: ${error.message}` });
    });
    child.on("close", (code) => {
      const ended = code !== null && code !== 124;
      const tooLong = `it has not ended within ${SCRIPT_LIMIT_SECONDS} s`;
      end({
        status: ended ? code : null,
        stdout: stdout.trimEnd(),
        stderr: ended ? stderr.trimEnd() : `${stderr}${tooLong}`,
      });
    });
  });
}
