import { expect, test } from "@jest/globals";

import { sourcesFor } from "../../../toolchain/debian.ts";

const mirror = "http://mirror.example/debian/";
const security = "http://mirror.example/debian-security/";

test("the machine's own sources of the suite are used, each once", () => {
  const targets = [
    `${security} bookworm-security main Debian-Security`,
    `${mirror} bookworm main Debian`,
    `${mirror} bookworm main Debian`,
    `${mirror} bookworm-updates main Debian`,
    `${mirror} bookworm contrib Debian`,
    "http://other.example/apt bookworm main Other",
    "",
  ];
  expect(sourcesFor("bookworm", targets.join("\n"))).toEqual([
    `deb ${security} bookworm-security main`,
    `deb ${mirror} bookworm main`,
    `deb ${mirror} bookworm-updates main`,
  ]);
});

test("a machine with another Debian release has a mirror with ours", () => {
  const targets = `${security} trixie-security main Debian-Security\n${mirror} trixie main Debian\n`;
  expect(sourcesFor("bookworm", targets)).toEqual([`deb ${mirror} bookworm main`]);
});

test("a machine that knows no Debian mirror says nothing", () => {
  expect(sourcesFor("bookworm", "http://mirror.example/ubuntu/ noble main Ubuntu\n")).toEqual([]);
  expect(sourcesFor("bookworm", "")).toEqual([]);
});
