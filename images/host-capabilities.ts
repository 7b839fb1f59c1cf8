/**
 * Capabilities of a lab host's container: all but SYS_RESOURCE, BPF, PERFMON and CHECKPOINT_RESTORE. Root itself lacks
 * these in many virtual machines, where `--privileged`, which asks for all, is refused. Written in the form that Docker
 * reports: otherwise Pulumi would see a difference after each refresh.
 */
export const hostCapabilities: readonly string[] = [
  "AUDIT_CONTROL",
  "AUDIT_READ",
  "AUDIT_WRITE",
  "BLOCK_SUSPEND",
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "IPC_LOCK",
  "IPC_OWNER",
  "KILL",
  "LEASE",
  "LINUX_IMMUTABLE",
  "MAC_ADMIN",
  "MAC_OVERRIDE",
  "MKNOD",
  "NET_ADMIN",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYSLOG",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_CHROOT",
  "SYS_MODULE",
  "SYS_NICE",
  "SYS_PACCT",
  "SYS_PTRACE",
  "SYS_RAWIO",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "WAKE_ALARM",
].map((name) => `CAP_${name}`);

/** Security options of a lab host's container: an engine mounts, remounts and makes namespaces. */
export const hostSecurityOptions: readonly string[] = ["seccomp=unconfined", "apparmor=unconfined"];

/** Capabilities and security options, as options of `docker run`. */
export const hostOptions: readonly string[] = [
  ...hostCapabilities.flatMap((name) => ["--cap-add", name]),
  ...hostSecurityOptions.flatMap((option) => ["--security-opt", option]),
];

/**
 * Capabilities of a VM host's container: to make links, and to use the folder of its socket, which belongs to the user.
 * NET_RAW is for tcpdump.
 */
export const vmCapabilities: readonly string[] = ["CHOWN", "DAC_OVERRIDE", "NET_ADMIN", "NET_RAW"].map(
  (name) => `CAP_${name}`,
);

/** Security options of a VM host's container: those of any container, and no new privileges. */
export const vmSecurityOptions: readonly string[] = ["no-new-privileges"];
