import { expect, test } from "@jest/globals";
import { declare } from "./mocked.ts";

const lab = await import("../../components/index.ts");

const target = { url: "ssh://root@10.0.0.1", destination: "root@10.0.0.1", configFile: "/etc/x" };
const machine = {
  target,
  address: "10.0.0.1",
  networksInUse: [{ name: "bridge", subnet: "172.20.0.0/16" }],
};

test("SshHost: engine and shell over ssh, names and labels of the stack, docker0 as it is there", async () => {
  const found = await declare(() => {
    const local = new lab.LocalHost("local", { lab: "some-lab" });
    const host1 = new lab.SshHost("host1", { local, machine });
    const bridge = new lab.DefaultBridge("bridge", { host: host1 });
    new lab.Box("box1", { networks: [{ network: bridge }] });
    expect(bridge.gateway).toBe("172.20.0.1");
    host1.exec("look", { apply: "docker ps" }, local);
  });
  const engine = found.get("host1-engine")?.inputs;
  expect(engine?.["host"]).toBe("ssh://root@10.0.0.1");
  expect(JSON.stringify(engine?.["sshOpts"])).toContain("/etc/x");
  expect(found.get("box1-container")).toMatchObject({
    provider: expect.stringContaining("::host1-engine::") as unknown,
    inputs: {
      name: "vethlab-test-stack-box1",
      labels: [{ label: "vethlab.stack", value: "test-stack" }, {}],
    },
  });
  const interpreter = found.get("look")?.inputs["interpreter"] as string[];
  expect(interpreter.slice(0, 2)).toEqual(["sh", "-c"]);
  expect(interpreter[2]).toMatch(/exec ssh \$terminal -F \/etc\/x .*-- root@10\.0\.0\.1 "\$line"$/);
  expect(interpreter.slice(3)).toEqual(["ssh", "bash", "-euo", "pipefail", "-c"]);
  expect(found.get("host1-image")?.inputs["create"]).toContain("docker save vethlab/box:");
});
