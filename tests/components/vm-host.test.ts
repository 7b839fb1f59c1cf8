import { expect, test } from "@jest/globals";
import { vmCapabilities } from "../../images/host-capabilities.ts";
import { imageReference } from "../../images/recipe.ts";
import type { HostSetting } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";
import { declare, made } from "./mocked.ts";
import { run } from "./ran.ts";

const lab = await import("../../components/index.ts");

const snapshot = { type: "volume", source: "vethlab-vm-123", target: "/vm", readOnly: true };
const tun = { hostPath: "/dev/net/tun", containerPath: "/dev/net/tun", permissions: "rwm" };
const kvm = { hostPath: "/dev/kvm", containerPath: "/dev/kvm", permissions: "rwm" };

/** What a VM host's container is declared with on a machine. */
async function containerOn(machine: Machine): Promise<Record<string, unknown>> {
  const found = await declare(() => {
    const local = new lab.LocalHost("local", { lab: "some-lab", machine });
    const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
    const host1 = new lab.VmHost("host1", { underlay });
    new lab.Box("box1", { networks: [{ network: new lab.DefaultBridge("bridge", { host: host1 }) }] });
  });
  expect(found.get("box1-container")?.provider).toContain("::host1-engine::");
  expect((await run(made(found, "host1-ready"))).calls).toEqual([
    "docker exec host1-container-id vethlab-vm ready",
  ]);
  return found.get("host1-container")?.inputs ?? {};
}

test("needs few capabilities, and goes on from the snapshot", async () => {
  const inputs = await containerOn({ networksInUse: [], vm: { snapshot: "vethlab-vm-123", kvm: false } });
  expect(inputs).toMatchObject({
    image: imageReference("vm"),
    capabilities: { drops: ["ALL"], adds: vmCapabilities },
    securityOpts: ["no-new-privileges"],
    devices: [tun],
    mounts: [{ type: "bind", target: "/run/vethlab" }, snapshot],
    networksAdvanced: [{ name: "vethlab-test-stack-underlay", ipv4Address: "192.168.33.10" }],
  });
});

test("runs by /dev/kvm where that works", async () => {
  const inputs = await containerOn({ networksInUse: [], vm: { snapshot: "vethlab-vm-123", kvm: true } });
  expect(inputs["devices"]).toEqual([tun, kvm]);
});

test("boots where there is no snapshot", async () => {
  const inputs = await containerOn({ networksInUse: [] });
  expect(inputs["mounts"]).toEqual([expect.objectContaining({ type: "bind" })]);
});

test("commands are run in the guest", async () => {
  let host: InstanceType<typeof lab.VmHost> | undefined;
  const found = await declare(() => {
    const local = new lab.LocalHost("local", { lab: "some-lab" });
    const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
    host = new lab.VmHost("host1", { underlay });
    host.exec("some-script", { file: "engine", apply: "start", environment: { CONTAINERS: "box1" } }, host);
  });
  const words = ["docker", "exec", "-i", "vethlab-test-stack-host1", "vethlab-vm", "exec"];
  const interpreter = found.get("some-script")?.inputs["interpreter"] as string[];
  expect(interpreter.slice(5, 15)).toEqual([...words, "--", "CONTAINERS", "--", "bash"]);
  expect((await run(made(found, "some-script"))).calls).toEqual(["docker version", "docker start box1"]);
  const recorded = host?.site.hosts[1];
  expect(recorded?.()).toMatchObject({ name: "host1", kind: "vm", shell: words });
});

test.each<[HostSetting, Machine["kernelLacks"], string]>([
  ["container", ["ip_vs"], "host"],
  ["vm", [], "vm"],
  ["auto", [], "host"],
  ["auto", ["ip_vs"], "vm"],
])("host: %s where the kernel lacks %j: the %s image", async (host, kernelLacks, image) => {
  const found = await declare(() => {
    lab.wideGround({ name: "some-lab" }, { host }, { networksInUse: [], kernelLacks: kernelLacks ?? [] }, 2);
  });
  for (const name of ["host1", "host2"]) {
    expect(found.get(`${name}-container`)?.inputs["image"]).toBe(
      imageReference(image === "vm" ? "vm" : "host"),
    );
  }
});
