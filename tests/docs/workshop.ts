import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { startServer } from "../../src/cli/server.ts";
import { runtime } from "../../src/runtime/current.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const isDeno = "Deno" in globalThis;
const run = isDeno ? [process.execPath, "run", "-A", "--no-check"] : [process.execPath];
const test = isDeno ? [process.execPath, "test", "-A", "--no-check"] : [process.execPath, "test"];

/** The commands of the documentation, and what they are in a checkout. */
const COMMANDS: Readonly<Record<string, string>> = {
  haremq: "",
  rabbitmqctl: "ctl",
  "rabbitmq-diagnostics": "diagnostics",
  "rabbitmq-queues": "queues",
  "rabbitmq-streams": "streams",
  rabbitmqadmin: "admin --port $MANAGEMENT_PORT",
  "rabbitmq-perf-test": "perf",
};

/** Time limit of a block. In milliseconds. */
const BLOCK_MS = 120_000;

type Server = Awaited<ReturnType<typeof startServer>>;

/** The folder in which the blocks of a page are run, with a broker whose data folder is in it. */
export class Workshop {
  readonly folder = mkdtempSync(`${tmpdir()}/haremq-docs-`);
  readonly #servers: Server[] = [];
  /** Ports in the page, and those that stand for them. */
  readonly #ports = new Map<string, string>();
  #count = 0;

  /** Makes the folder, and starts the broker. */
  static async open(): Promise<Workshop> {
    const workshop = new Workshop();
    mkdirSync(`${workshop.folder}/bin`);
    for (const [name, subcommand] of Object.entries(COMMANDS)) {
      const program = [...run, `${repository}src/cli/haremq.ts`, subcommand].filter((part) => part !== "");
      writeFileSync(`${workshop.folder}/bin/${name}`, `#!/bin/sh\nexec ${program.join(" ")} "$@"\n`);
      chmodSync(`${workshop.folder}/bin/${name}`, 0o755);
    }
    symlinkSync(`${repository}node_modules`, `${workshop.folder}/node_modules`);
    symlinkSync(`${repository}package.json`, `${workshop.folder}/package.json`);
    await workshop.start();
    return workshop;
  }

  /** Starts the broker. */
  start(): Promise<void> {
    return this.#start("haremq-data", "5672", "15672", "15692");
  }

  /** Stops the brokers. */
  async stop(): Promise<void> {
    for (const server of this.#servers.splice(0)) await server.close();
  }

  /** Starts the broker that a page moves away from, at the ports 5673 and 15673. */
  async startOther(): Promise<void> {
    await this.#start("old-data", "5673", "15673", "15693");
  }

  async #start(dataDir: string, amqp: string, management: string, metrics: string): Promise<void> {
    const host = "127.0.0.1";
    const server = await startServer(runtime, {
      logLevel: "none",
      dataDir: `${this.folder}/${dataDir}`,
      sync: "always",
      stop: () => {},
      config: {
        listeners: [{ host, port: 0 }],
        management: { tcp: { ip: host, port: 0 } },
        prometheus: { tcp: { ip: host, port: 0 } },
        diskFreeLimit: { bytes: 0 },
      },
    });
    this.#servers.push(server);
    const portOf = (protocol: string) =>
      String(server.listeners.find((listener) => listener.protocol === protocol)!.port);
    this.#ports.set(amqp, String(server.address.port));
    this.#ports.set(management, portOf("http"));
    this.#ports.set(metrics, portOf("http/prometheus"));
  }

  /** Puts the ports of this page's brokers in the place of those that they have by default. */
  withPorts(code: string): string {
    const explicit = code.replace(/(amqp:\/\/(?:[\w:]+@)?localhost)(?![:\w])/g, "$1:5672");
    return explicit.replace(/((?:localhost|127\.0\.0\.1):|--port )(\d+)/g, (all, host, port) => {
      const actual = this.#ports.get(port);
      return actual === undefined ? all : host + actual;
    });
  }

  write(name: string, text: string): void {
    mkdirSync(`${this.folder}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    writeFileSync(`${this.folder}/${name}`, this.withPorts(text));
  }

  /** Runs a script of the shell. Resolves with its output; rejects when it fails. */
  shell(code: string): Promise<string> {
    return this.#run(["sh", "-eu", "-c", this.withPorts(code)]);
  }

  /** Runs a program in JavaScript or TypeScript; one with tests by the runtime's test runner. */
  async program(code: string, extension: string): Promise<string> {
    const isTest = /from "(node|bun):test"|Deno\.test\(/.test(code);
    const name = `${isTest ? "page.test" : "page"}${++this.#count}.${extension}`.replace(/(\.test)(\d+)/, "$2$1");
    const imports: Record<string, string> = { haremq: "mod.ts", "haremq/testing": "testing.ts", "./mod.ts": "mod.ts" };
    const resolved = code.replace(/(from|import) "([^"]+)"/g, (all, word, specifier) => {
      const file = imports[specifier];
      return file === undefined ? all : `${word} "file://${repository}${file}"`;
    });
    this.write(name, resolved);
    return await this.#run(isTest ? [...test, `./${name}`] : [...run, `./${name}`]);
  }

  /** Runs a program in Python with Debian's packages; one with tests by pytest. */
  async python(code: string): Promise<string> {
    const isTest = /^def test_/m.test(code);
    const name = `${isTest ? "test_page" : "page"}${++this.#count}.py`;
    this.write(
      name,
      code.replaceAll('ConnectionParameters("localhost"', "$&, port=5672").replaceAll(
        "port=5672",
        `port=${this.#ports.get("5672")}`,
      ),
    );
    return await this.#run([
      "/usr/bin/python3",
      ...isTest ? ["-m", "pytest", "-q", "-p", "no:cacheprovider"] : [],
      name,
    ]);
  }

  /** Runs a program in Go with the client that `tests/interop/install.sh` has fetched; one with tests by `go test`. */
  async go(code: string): Promise<string> {
    const cache = `${process.env.XDG_CACHE_HOME ?? `${process.env.HOME}/.cache`}/haremq-interop`;
    const isTest = /^func Test/m.test(code);
    const folder = `go${++this.#count}`;
    const client = "github.com/rabbitmq/amqp091-go";
    const module =
      `module page\n\ngo 1.20\n\nrequire ${client} v1.0.0\n\nreplace ${client} => ${cache}/amqp091-go-1.16.0\n`;
    this.write(`${folder}/go.mod`, module);
    this.write(`${folder}/${isTest ? "page_test" : "main"}.go`, code);
    return await this.#run(["sh", "-eu", "-c", `cd ${folder} && go ${isTest ? "test -count=1 ." : "run ."}`]);
  }

  async #run([command, ...args]: string[]): Promise<string> {
    const path = `${this.folder}/bin:${process.env.PATH}:/usr/local/go/bin`;
    const env = {
      ...process.env,
      PATH: path,
      NO_COLOR: "1",
      MANAGEMENT_PORT: this.#ports.get("15672"),
      GOFLAGS: "-mod=mod",
      GOPROXY: "off",
    };
    const child = spawn(command, args, { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => output += chunk);
    child.stderr.on("data", (chunk) => output += chunk);
    const timer = setTimeout(() => child.kill("SIGKILL"), BLOCK_MS);
    const [code] = await once(child, "close");
    clearTimeout(timer);
    if (code !== 0) {
      throw new Error(`${code === null ? `no end after ${BLOCK_MS} ms` : `ended with ${code}`}:\n${output}`);
    }
    return output;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}
