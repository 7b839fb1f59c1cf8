import { expect, test } from "@jest/globals";
import { causeOf } from "../../../../cli/troubles/causes.ts";

const part = { name: "web", host: "host1", byHand: "", inputs: { image: "nginx:1.27" }, stack: "demo" };

/** What Docker 20.10 has said. */
test.each([
  [
    'unable to bring image nginx:1.27 to host1: Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 192.0.2.1:53: no such host',
    "the image nginx:1.27 is neither on host1 nor on this machine, and cannot be pulled: nobody knows registry-1.docker.io",
  ],
  [
    "Unable to start container: Error response from daemon: driver failed programming external connectivity on endpoint web (59bf): Error starting userland proxy: protocol not supported",
    "the kernel of host1 has no SCTP, and publishes no such port",
  ],
  [
    "Unable to start container: Error response from daemon: driver failed programming external connectivity on endpoint web (909d): Error starting userland proxy: listen tcp4 10.9.9.9:15000: bind: cannot assign requested address.",
    "port 15000 cannot be published on 10.9.9.9, which is no address of host1",
  ],
  [
    'Unable to create container: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /nonexistent',
    "there is no /nonexistent on host1 to mount",
  ],
  [
    "Unable to start container: Error response from daemon: unable to find user nosuch: no matching entries in passwd file",
    "its image nginx:1.27 has no user nosuch",
  ],
  [
    "rpc error: code = Unknown desc = constraint expected one operator from ==, !=",
    "Docker does not understand its constraint: constraint expected one operator from ==, !=",
  ],
  [
    'the service web has not converged (1 of 2 tasks run):\n  web.1 on host1: Failed: "task: non-zero exit (1)"',
    'the service web has not converged (1 of 2 tasks run):\n  web.1 on host1: Failed: "task: non-zero exit (1)"',
  ],
])("%s", (message, what) => {
  expect(causeOf(message, part)).toMatchObject({ what, anewMayHelp: false, next: expect.any(String) });
});
