import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { type Server, type ServerOptions, startServer } from "../../src/cli/server.ts";
import type { Config } from "../../src/config/config.ts";
import { runtime } from "../../src/runtime/current.ts";

export const MANAGEMENT = { tcp: { listener: { host: "127.0.0.1", port: 0 } } };

/** A server with a management API on a free port. */
export interface WebBroker extends Server {
  /** Port of the management API. */
  readonly port: number;
}

export async function startWebBroker(config: Config = {}, options: Partial<ServerOptions> = {}): Promise<WebBroker> {
  const dataDir = await mkdtemp(`${tmpdir()}/haremq-test-`);
  const server = await startServer(runtime, {
    logLevel: "none",
    dataDir,
    sync: "always",
    ...options,
    config: {
      listeners: [{ host: "127.0.0.1", port: 0 }],
      management: MANAGEMENT,
      prometheus: { tcp: { listener: "none" } },
      diskFreeLimit: { bytes: 0 },
      ...config,
    },
  });
  const { port } = server.listeners.find(({ protocol }) => /^https?$/.test(protocol))!;
  return {
    ...server,
    port,
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
