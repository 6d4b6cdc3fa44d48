import { HttpListeners } from "../cli/http_listeners.ts";
import type { Broker } from "../embedding/broker.ts";
import { runtime } from "../runtime/current.ts";

/** The management API of a test broker, on a free port. */
export interface TestManagement {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the management API of a broker, and its metrics at `/metrics`. */
export async function serveManagement(broker: Broker): Promise<TestManagement> {
  const host = "127.0.0.1";
  const listeners = await HttpListeners.open(runtime, () => {}, [{ address: { host, port: 0 }, limits: {} }], {
    what: "management API",
    suffix: "",
    portSetting: "no setting",
    fetch: (request, peer) =>
      new URL(request.url).pathname.startsWith("/metrics")
        ? broker.fetchMetrics(request, peer)
        : broker.fetch(request, peer),
  });
  return { url: `http://guest:guest@${host}:${listeners.all[0].port}`, close: () => listeners.close() };
}
