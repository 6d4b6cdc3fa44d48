/**
 * Builds the image of `packaging/docker` in a folder, without a container engine, and tries it: it starts as its user in a
 * network of its own, is healthy, keeps a queue over a restart, and ends by its signal. Needs Debian, root and
 * `debootstrap`, and takes some minutes.
 *
 *     deno task image
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { findRuntime, ROOT } from "../bench/runtimes.ts";
import { buildStages, runIn, type Stage } from "./image_stages.ts";

const folder = mkdtempSync(join(tmpdir(), "haremq-image-"));
let count = 0;

function run(program: string, args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? `status ${status}`}`);
}

/** Certificates of this machine, for `bun install` on a network that has an authority of its own. */
const { NODE_EXTRA_CA_CERTS: authorities } = process.env;
const CERTIFICATES = "/etc/haremq-build-authorities.pem";

/** Makes what the images of Debian and of Bun have: the latter is Debian with Bun. */
function pull(image: string): string {
  const base = join(folder, "debian");
  const [, suite = "trixie"] = /^debian:(\w+)/.exec(image) ?? [];
  if (!existsSync(base)) run("debootstrap", ["--variant=minbase", suite, base]);
  const root = join(folder, `stage-${count++}`);
  run("cp", ["-a", base, root]);
  mkdirSync(join(root, "etc"), { recursive: true });
  cpSync("/etc/resolv.conf", join(root, "etc/resolv.conf"), { dereference: true });
  if (image.startsWith("oven/bun:")) {
    cpSync(findRuntime("bun")!.path, join(root, "usr/local/bin/bun"));
    if (authorities !== undefined) cpSync(authorities, join(root, CERTIFICATES), { dereference: true });
  }
  return root;
}

/** A running container: processes with the image's root, in a network of their own. */
class Container {
  readonly #stage: Stage;
  readonly #child;
  readonly ended: Promise<unknown[]>;
  #output = "";

  constructor(stage: Stage) {
    this.#stage = stage;
    const { root, env, folder, user, entrypoint, command } = stage;
    const inside = [
      "chroot",
      `--userspec=${user}:${user}`,
      root,
      "/usr/bin/env",
      "-C",
      folder,
      ...entrypoint,
      ...command,
    ];
    const script = 'ip link set lo up && mount -t proc proc "$0/proc" && exec "$@"';
    const args = ["--net", "--mount", "--fork", "--pid", "sh", "-c", script, root];
    const PATH = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    this.#child = spawn("unshare", ["--kill-child", ...args, ...inside], { env: { PATH, ...env } });
    this.ended = once(this.#child, "exit");
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => this.#output += text);
    }
  }

  /** Resolves when its output has some text. */
  async says(text: string): Promise<void> {
    const ended = this.ended.then(() => Promise.reject(new Error(`it has ended without "${text}":\n${this.#output}`)));
    while (!this.#output.includes(text)) await Promise.race([once(this.#child.stdout!, "data"), ended]);
  }

  /** Runs a command inside, as `docker exec` does. Throws when it fails. */
  exec(...command: string[]): void {
    const { root, env, folder, user } = this.#stage;
    const inside = ["chroot", `--userspec=${user}:${user}`, root, "/usr/bin/env", "-C", folder, ...command];
    const { status, stdout, stderr } = spawnSync("nsenter", [
      "--net",
      "--mount",
      "--pid",
      "--target",
      String(this.#pid),
      ...inside,
    ], {
      env: { PATH: "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...env },
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${command.join(" ")}: status ${status}: ${stderr}${stdout}`);
    console.log(`  ${command.join(" ")}: ${stdout.trim().split("\n").at(-1)}`);
  }

  /** Its first process, as this machine numbers it. */
  get #pid(): number {
    return Number(readFileSync(`/proc/${this.#child.pid}/task/${this.#child.pid}/children`, "utf8").trim());
  }

  async stop(): Promise<void> {
    process.kill(this.#pid, this.#stage.stopSignal);
    const [status, signal] = await this.ended;
    if (status !== 0) throw new Error(`it ended with ${status ?? signal}:\n${this.#output}`);
  }
}

async function tryImage(stage: Stage): Promise<void> {
  runIn(stage, ["sh", "-c", 'test "$(id -u)" = 999 && test -w /var/lib/rabbitmq && ! test -w /usr/local/bin']);
  for (const round of ["first", "second"]) {
    console.log(`the ${round} start`);
    const container = new Container(stage);
    await container.says("Server startup complete");
    container.exec("rabbitmq-diagnostics", "-q", "ping");
    container.exec("rabbitmq-diagnostics", "-q", "check_port_connectivity");
    container.exec("rabbitmqctl", "list_users");
    if (round === "first") container.exec("rabbitmqadmin", "declare", "queue", "name=kept", "durable=true");
    else container.exec("sh", "-c", "rabbitmqctl -q list_queues name | grep -x kept");
    await container.stop();
  }
}

try {
  const env: Record<string, string> = authorities === undefined ? {} : { NODE_EXTRA_CA_CERTS: CERTIFICATES };
  const path = join(ROOT, "packaging/docker/Dockerfile");
  const stage = buildStages(readFileSync(path, "utf8"), { context: join(dirname(path), "../.."), pull, env });
  await tryImage(stage);
  console.log("The image works.");
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);
