const lab = await import("../../components/index.ts");

/** A lab host on a known underlay. */
export function labHost() {
  const local = new lab.LocalHost("local", { lab: "some-lab" });
  const underlay = new lab.Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
  return { local, underlay, host1: new lab.ContainerHost("host1", { underlay }) };
}
