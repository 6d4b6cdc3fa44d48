import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import process from "node:process";
import type { Broker } from "../mod.ts";
import type { ServerOptions } from "../src/cli/server.ts";

/** The product under test, known before any broker runs, for tests of differences between HareMQ and RabbitMQ 3. */
export const productUnderTest: "haremq" | "rabbitmq" = process.env.AMQP_URL === undefined ? "haremq" : "rabbitmq";

/** A broker that a test talks to over a real socket. */
export interface BrokerUnderTest {
  readonly host: string;
  readonly port: number;
  /** `amqp://guest:guest@host:port` */
  readonly url: string;
  /** "haremq", or the product at AMQP_URL. */
  readonly product: "haremq" | "rabbitmq";
  /** HareMQ's own interface, for what AMQP can't express. */
  readonly embedded?: Broker;
  close(): Promise<void>;
}

/**
 * Starts a broker on a free port. With AMQP_URL in the environment, uses the broker at that address instead, which
 * should be RabbitMQ, so that the conformance tests prove themselves. Options are for HareMQ only.
 */
export async function startBrokerUnderTest(options: Partial<ServerOptions> = {}): Promise<BrokerUnderTest> {
  const address = process.env.AMQP_URL;
  if (address !== undefined) {
    const { hostname, port } = new URL(address);
    return {
      host: hostname,
      port: Number(port || 5672),
      url: address,
      product: productUnderTest,
      close: () => Promise.resolve(),
    };
  }
  const { startServer } = await import("../src/cli/server.ts");
  const { runtime } = await import("../src/runtime/current.ts");
  const dataDir = await mkdtemp(`${tmpdir()}/haremq-test-`);
  const server = await startServer(runtime, {
    logLevel: "none",
    dataDir,
    sync: "always",
    ...options,
    config: {
      listeners: [{ host: "127.0.0.1", port: 0 }],
      management: { tcp: { listener: "none" } },
      prometheus: { tcp: { listener: "none" } },
      diskFreeLimit: { bytes: 0 },
      ...options.config,
    },
  });
  const { host, port } = server.address;
  return {
    host,
    port,
    url: `amqp://guest:guest@${host}:${port}`,
    product: productUnderTest,
    embedded: server.broker,
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
