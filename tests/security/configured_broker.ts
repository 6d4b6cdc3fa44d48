import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Haremq } from "../cli/haremq.ts";
import { Neighbour } from "../conformance/neighbour.ts";
import { type CloseReason, type HandshakeOptions, RawClient } from "../raw_client.ts";

/** A broker in a process of its own, started with a configuration file as users do. */
export class ConfiguredBroker {
  readonly haremq: Haremq;
  readonly address: { readonly host: string; readonly port: number };
  readonly folder: string;
  /** Address of the management API, such as `http://127.0.0.1:15672`; empty without one. */
  readonly managementUrl: string;

  private constructor(
    haremq: Haremq,
    address: { host: string; port: number },
    folder: string,
    managementUrl: string,
  ) {
    this.managementUrl = managementUrl;
    this.haremq = haremq;
    this.address = address;
    this.folder = folder;
  }

  /**
   * Starts the broker with these lines in its `rabbitmq.conf`, and the files that they name beside it. `FOLDER` is
   * their folder.
   */
  static async start(
    lines: readonly string[],
    files: Readonly<Record<string, string>> = {},
    { hasManagement = false } = {},
  ): Promise<ConfiguredBroker> {
    const folder = await mkdtemp(`${tmpdir()}/haremq-configured-`);
    for (const [name, text] of Object.entries(files)) await writeFile(`${folder}/${name}`, text);
    const text = ["listeners.tcp.1 = 127.0.0.1:0", ...lines].join("\n");
    await writeFile(`${folder}/rabbitmq.conf`, text.replaceAll("FOLDER", folder));
    const flags = ["--config", `${folder}/rabbitmq.conf`, "--data-dir", `${folder}/data`, "--log-level", "debug"];
    const haremq = new Haremq(...flags, ...hasManagement ? ["--management-port", "0"] : []);
    const [, host, port] = await haremq.line(/accepting AMQP on (\S+):(\d+)/);
    const url = hasManagement ? (await haremq.line(/management API on (http:\/\/[\d.:]+)/))[1] : "";
    return new ConfiguredBroker(haremq, { host, port: Number(port) }, folder, url);
  }

  open(options: HandshakeOptions = {}): Promise<RawClient> {
    return RawClient.open(this.address, options);
  }

  /** Returns the end of a login that must be refused. */
  async refusal(options: HandshakeOptions): Promise<CloseReason | "end"> {
    await using client = await RawClient.connect(this.address);
    await client.logIn(options);
    return await client.receiveCloseOrEnd();
  }

  /** Does something while a client publishes and consumes continuously, and others log in. */
  async servesWhile<Result>(misbehave: () => Promise<Result>): Promise<Result> {
    const neighbour = await Neighbour.start(this.address);
    let isOver = false;
    const coming = (async () => {
      do {
        await using client = await this.open();
        const { queue } = await client.request(1, "queue.declare", { exclusive: true });
        await client.request(1, "queue.delete", { queue });
      } while (!isOver);
    })();
    coming.catch(() => {}); // Reported below.
    try {
      return await misbehave();
    } finally {
      isOver = true;
      await coming;
      await neighbour.stop();
    }
  }

  async close(): Promise<void> {
    this.haremq.child.kill("SIGKILL");
    await this.haremq.ended;
    await rm(this.folder, { recursive: true });
  }
}
