import { createWriteStream } from "node:fs";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { hostOptions } from "../../images/host-capabilities.ts";
import { imageReference, recipeHash } from "../../images/recipe.ts";
import { aptOptions, debianKeyrings, debianSources } from "../../toolchain/debian.ts";
import { labEnvironment } from "../../toolchain/environment.ts";
import { widePath } from "../../toolchain/programs.ts";

const here = import.meta.dirname;

async function docker(...args: string[]): Promise<string> {
  return (await execa("docker", args, { env: { ...process.env, ...(await labEnvironment()) } })).stdout;
}

/** The image of the machines, built where it is missing: a host image and Debian's SSH server. */
async function ensureImage(): Promise<string> {
  const host = imageReference("host");
  const reference = `vethlab-test/ssh-machine:${host.split(":")[1] ?? ""}-${recipeHash([here])}`;
  if ((await docker("image", "ls", "--quiet", reference)) !== "") return reference;
  const context = mkdtempSync(join(tmpdir(), "ssh-machine-image-"));
  try {
    const unpacked = execa(
      "mmdebstrap",
      [
        ...["--quiet", "--variant=extract", '--aptopt=APT::Install-Recommends "false"'],
        "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
        ...debianKeyrings(),
        ...(await aptOptions()),
        // nothing of /etc/passwd and the like: the host image has its own
        ...["--include=openssh-server", "--dpkgopt=path-exclude=/usr/share/*"],
        ...["bookworm", "-", ...(await debianSources("bookworm"))],
      ],
      { env: { ...process.env, PATH: widePath() }, buffer: { stdout: false } },
    );
    unpacked.stdout.pipe(createWriteStream(join(context, "sshd.tar")));
    await unpacked;
    for (const file of ["Dockerfile", "start"]) copyFileSync(join(here, file), join(context, file));
    await docker("build", "--network", "none", "--build-arg", `HOST=${host}`, "--tag", reference, context);
  } finally {
    rmSync(context, { recursive: true });
  }
  return reference;
}

/** Machines with an engine and an SSH server, as somebody may have them; with keys made for them. */
export class SshMachines {
  /** Where keys, known_hosts and ssh's configuration lie; never the user's own. */
  readonly folder = mkdtempSync(join(tmpdir(), "ssh-machines-"));
  /** ssh_config(5) for them: the setting `sshConfig`. */
  readonly config = join(this.folder, "config");
  /** Their names on the engine. */
  readonly names: readonly string[];
  /** Their addresses, in the same order. */
  addresses: string[] = [];

  constructor(count: number) {
    this.names = Array.from({ length: count }, (_, index) => `ssh-machine-${process.pid}-${index + 1}`);
  }

  /** The setting `machines`. */
  get machines(): string {
    return this.addresses.map((address) => `ssh://root@${address}`).join(",");
  }

  async start(): Promise<void> {
    const image = await ensureImage();
    const key = join(this.folder, "key");
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const known = join(this.folder, "known_hosts");
    writeFileSync(
      this.config,
      `IdentityFile ${key}\nIdentitiesOnly yes\nUserKnownHostsFile ${known}\nStrictHostKeyChecking yes\n`,
    );
    chmodSync(this.config, 0o600);
    const publicKey = readFileSync(`${key}.pub`, "utf8").trim();
    for (const name of this.names) {
      await docker(
        ...["run", "--detach", "--name", name, "--hostname", name, ...hostOptions],
        ...["--env", `SSH_KEY=${publicKey}`, image],
      );
    }
    const address = "{{.NetworkSettings.IPAddress}}";
    this.addresses = await Promise.all(
      this.names.map((name) => docker("inspect", "--format", address, name)),
    );
    const keys = await Promise.all(this.names.map((name) => this.#hostKey(name)));
    writeFileSync(known, this.addresses.map((one, index) => `${one} ${keys[index] ?? ""}\n`).join(""));
    await Promise.all(this.names.map((name) => this.#engineOf(name)));
  }

  /** Runs a command on a machine, not by way of ssh. */
  on(index: number, ...command: string[]): Promise<string> {
    return docker("exec", this.names[index] ?? "", ...command);
  }

  async remove(): Promise<void> {
    await docker("rm", "--force", "--volumes", ...this.names);
    rmSync(this.folder, { recursive: true });
  }

  async #hostKey(name: string): Promise<string> {
    for (let tries = 0; tries < 100; tries += 1) {
      const key = await docker("exec", name, "cat", "/etc/ssh/ssh_host_ed25519_key.pub").catch(() => "");
      if (key !== "") return key.split(" ").slice(0, 2).join(" ");
      await sleep(100);
    }
    throw new Error(`${name} has no SSH server`);
  }

  async #engineOf(name: string): Promise<void> {
    await docker("exec", name, "timeout", "60", "sh", "-c", "until docker version; do sleep 0.2; done");
  }
}
