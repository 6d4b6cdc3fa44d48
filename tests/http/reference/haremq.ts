import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { startServer } from "../../../src/cli/server.ts";
import type { Config } from "../../../src/config/config.ts";
import { runtime } from "../../../src/runtime/current.ts";
import type { SyncMode } from "../../../src/store/log/sync_mode.ts";
import { Api } from "./api.ts";

/** A new HareMQ with the listeners that the recorded RabbitMQs had. */
export interface HareMQ {
  readonly api: Api;
  /** Origin of its management API, such as `http://127.0.0.1:15672`. */
  readonly origin: string;
  readonly amqpUrl: string;
  close(): Promise<void>;
}

/** Starts one, with more of the configuration if that is given, and without waiting for the disk if `sync` says so. */
export async function startHareMQ(more: Config = {}, sync: SyncMode = "always"): Promise<HareMQ> {
  const dataDir = await mkdtemp(`${tmpdir()}/haremq-test-`);
  const anyPort = { tcp: { ip: "127.0.0.1", port: 0 } };
  const listeners = { listeners: [{ host: "127.0.0.1", port: 0 }], management: anyPort, prometheus: anyPort };
  const config = { ...listeners, diskFreeLimit: { bytes: 0 }, ...more };
  const server = await startServer(runtime, { logLevel: "none", dataDir, sync, config });
  const { port } = server.listeners.find(({ protocol }) => protocol === "http")!;
  const origin = `http://127.0.0.1:${port}`;
  return {
    api: new Api(origin),
    origin,
    amqpUrl: `amqp://127.0.0.1:${server.address.port}`,
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
