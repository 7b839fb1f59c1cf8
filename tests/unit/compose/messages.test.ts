import { expect, test } from "@jest/globals";

import { composeMessages } from "../../../compose/read.ts";

test("warnings are told from an error, each once", () => {
  const unset = String.raw`time="2026-11-27T18:04:44Z" level=warning msg="The \"TAG\" variable is not set."`;
  const stderr = [
    unset,
    unset,
    'time="2026-11-27T18:04:44Z" level=info msg=fetching host=x',
    "no such file",
    "",
  ];
  expect(composeMessages(stderr.join("\n"))).toEqual({
    warnings: ['The "TAG" variable is not set.'],
    message: "no such file",
  });
});

test("an error keeps its lines, without the time and level of a log entry", () => {
  const stderr = String.raw`time="2026-11-27T18:04:44Z" level=error msg="invalid format.\nYou may need to escape \x24." error=x
\${X`;
  expect(composeMessages(stderr)).toEqual({
    warnings: [],
    message: "invalid format.\\nYou may need to escape \\x24.\n\\${X",
  });
});
