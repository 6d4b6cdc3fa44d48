import type { Address } from "./suite.ts";

/** A broker that suites run against. */
export interface Broker extends Address {
  readonly description: string;
  /** Ends the broker as Ctrl+C does; throws when it did not end that way. */
  stop(): Promise<void>;
}

const repository = new URL("../../", import.meta.url).pathname;
const certificates = `${repository}tests/certificates/`;

/** Commands of the runtimes. */
const runtimes: Record<string, () => string[]> = {
  deno: () => [Deno.execPath(), "run", "--allow-all"],
  bun: () => [bunPath()],
};

export const runtimeNames = Object.keys(runtimes);

/** Returns a running broker, at `amqp://user:password@host:port`. */
export async function findBroker(url: string): Promise<Broker> {
  const address = addressOf(url);
  const description = `the broker at ${address.host}:${address.port}`;
  if (!await accepts(address)) throw new Error(`${description} accepts no connections`);
  return {
    ...address,
    tlsUrl: Deno.env.get("AMQPS_URL"),
    metricsUrl: Deno.env.get("METRICS_URL"),
    managementUrl: Deno.env.get("MANAGEMENT_URL"),
    description,
    stop: () => Promise.resolve(),
  };
}

/**
 * Starts HareMQ as its users do, on RabbitMQ's ports where they are free, as some clients' tests know no others.
 * `settings` are further lines of its configuration.
 */
export async function startBroker(
  runtime: string,
  { host = "127.0.0.1", settings = [] }: { host?: string; settings?: readonly string[] } = {},
): Promise<Broker> {
  const address = addressOf(`amqp://guest:guest@${host}:${portNear(5672, host)}`);
  const managementUrl = `http://${host}:${portNear(15672, host)}`;
  const dataDir = Deno.makeTempDirSync({ prefix: "haremq-interop-" });
  const tlsUrl = `amqps://guest:guest@localhost:${freePort()}`;
  const metricsPort = `${freePort()}`;
  const config = `${dataDir}.conf`;
  // A flag with the address would replace listeners in the settings.
  const listener = `listeners.tcp.default = ${address.host}:${address.port}`;
  Deno.writeTextFileSync(config, [listener, tlsConfig(new URL(tlsUrl).port), ...settings].join("\n"));
  const addressFlags = [
    "--management-port",
    new URL(managementUrl).port,
    "--prometheus-port",
    metricsPort,
  ];
  const flags = [...addressFlags, "--data-dir", dataDir, "--config", config];
  const [program, ...args] = [...runtimes[runtime](), "mod.ts", ...flags];
  const child = new Deno.Command(program, { args, cwd: repository, stdin: "null", stdout: "piped", stderr: "piped" })
    .spawn();
  const log = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const report = async (what: string) =>
    `${what}:\n${(await log).join("").trimEnd().split("\n").slice(-20).join("\n")}`;

  if (!await accepts(address, child.status)) {
    endQuietly(child, "SIGKILL");
    throw new Error(await report(`HareMQ on ${runtime} did not come up`));
  }
  return {
    ...address,
    tlsUrl,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    managementUrl,
    dataDir,
    runtime,
    description: `HareMQ on ${runtime}`,
    stop: async () => {
      endQuietly(child, "SIGINT");
      const timer = setTimeout(() => endQuietly(child, "SIGKILL"), 10_000);
      const { code, signal } = await child.status;
      clearTimeout(timer);
      Deno.removeSync(dataDir, { recursive: true });
      Deno.removeSync(config);
      if (code !== 0) throw new Error(await report(`HareMQ on ${runtime} ended with ${signal ?? `code ${code}`}`));
    },
  };
}

/** Settings for a listener with TLS. */
function tlsConfig(port: string): string {
  const everything = ["vhost_pattern", "configure", "read", "write"].map((what) => `${what} = .*`);
  const user = (name: string) => [`password = ${name}`, ...everything].map((line) => `default_users.${name}.${line}`);
  return [
    // Tests of clients expect these names.
    "nodename = rabbit@localhost",
    "cluster_name = rabbit@localhost",
    `listeners.ssl.default = 127.0.0.1:${port}`,
    `ssl_options.certfile = ${certificates}server.pem`,
    `ssl_options.keyfile = ${certificates}server.key`,
    `ssl_options.cacertfile = ${certificates}authority.pem`,
    "ssl_options.verify = verify_peer",
    ...["PLAIN", "AMQPLAIN", "EXTERNAL"].map((mechanism, at) => `auth_mechanisms.${at + 1} = ${mechanism}`),
    "ssl_cert_login_from = common_name",
    ...user("guest"),
    ...user("carrot"),
  ].join("\n");
}

/** Waits until connections are accepted; resolves with false if the process ends first, or after ten seconds. */
async function accepts({ host, port }: Address, status?: Promise<unknown>): Promise<boolean> {
  let ended = false;
  status?.then(() => ended = true);
  for (const deadline = Date.now() + 10_000; !ended && Date.now() < deadline;) {
    try {
      (await Deno.connect({ hostname: host, port: Number(port) })).close();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return false;
}

function endQuietly(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended already, as its status shows.
  }
}

function addressOf(url: string): Address {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: port || "5672", url };
}

/** Returns a port if it is free, or any other one. */
function portNear(preferred: number, host: string): number {
  try {
    return bindPort(preferred, host);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return freePort();
  }
}

const freePort = () => bindPort(0, "127.0.0.1");

function bindPort(port: number, hostname: string): number {
  using listener = Deno.listen({ hostname, port });
  return listener.addr.port;
}

/** Returns the path of the program in npm's package for this platform, as the launcher needs an install script. */
function bunPath(): string {
  const architecture = Deno.build.arch === "aarch64" ? "aarch64" : "x64";
  return `${repository}node_modules/@oven/bun-${Deno.build.os}-${architecture}/bin/bun`;
}
