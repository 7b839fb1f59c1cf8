import { expect, test } from "@jest/globals";
import { explain } from "../../../toolchain/ssh-machines.ts";

test.each([
  ["root@h: Permission denied (publickey).", "lets nobody in"],
  ["Host key verification failed.", "not in known_hosts"],
  ["ssh: Could not resolve hostname h: Name or service not known", "a name that nobody knows"],
  ["ssh: connect to host h port 22: Connection refused", "does not answer to ssh within 10 s: ssh: connect"],
  ["Command failed: sh -c ...", "does not answer to ssh within 10 s"],
  ["there is no docker", "has no docker command"],
  ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "engine that does not run"],
  ["permission denied while trying to connect to the Docker daemon socket", "this user may not use"],
  ["something else", "cannot be used: something else"],
])("%s", (stderr, allowed) => {
  expect(explain({ destination: "root@h" }, stderr).allowed).toContain(allowed);
});
