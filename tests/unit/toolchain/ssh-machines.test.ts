import { expect, test } from "@jest/globals";
import { addressesIn, explain } from "../../../toolchain/ssh-machines.ts";

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

test("the addresses of a machine that others may reach", () => {
  const listed = [
    { ifname: "lo", mtu: 65536, addr_info: [{ family: "inet", local: "127.0.0.1", prefixlen: 8 }] },
    {
      ifname: "eth0",
      mtu: 1400,
      addr_info: [
        { family: "inet", local: "10.0.0.2", prefixlen: 24 },
        { family: "inet6", local: "fe80::1", prefixlen: 64 },
      ],
    },
    { ifname: "eth1", mtu: 1500 },
  ];
  expect(addressesIn(JSON.stringify(listed))).toEqual([
    { address: "10.0.0.2", prefixLength: 24, interface: "eth0", mtuBytes: 1400 },
  ]);
});
