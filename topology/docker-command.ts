import type { TopologyHost } from "./document.ts";

/** The words that begin a docker command for the engine of a host. */
export function dockerCommand({
  engine,
  certificates,
}: Pick<TopologyHost, "engine" | "certificates">): string[] {
  if (engine === undefined) return ["docker"];
  const tls =
    certificates === undefined
      ? []
      : [
          "--tlsverify",
          ...["--tlscacert", `${certificates}/ca.pem`],
          ...["--tlscert", `${certificates}/cert.pem`],
          ...["--tlskey", `${certificates}/key.pem`],
        ];
  return ["docker", "--host", engine, ...tls];
}
