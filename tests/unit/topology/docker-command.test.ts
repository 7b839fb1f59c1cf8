import { expect, test } from "@jest/globals";
import { dockerCommand } from "../../../topology/docker-command.ts";

test("a docker command goes to the user's engine, a host's socket, or a host's port with its certificates", () => {
  expect(dockerCommand({}).join(" ")).toBe("docker");
  expect(dockerCommand({ engine: "unix:///s" }).join(" ")).toBe("docker --host unix:///s");
  expect(dockerCommand({ engine: "tcp://127.0.0.1:5", certificates: "/c" }).join(" ")).toBe(
    "docker --host tcp://127.0.0.1:5 --tlsverify --tlscacert /c/ca.pem --tlscert /c/cert.pem --tlskey /c/key.pem",
  );
});
