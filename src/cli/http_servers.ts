import type { Logger } from "../amqp091/logger.ts";
import type { Config } from "../config/config.ts";
import type { Broker } from "../embedding/broker.ts";
import type { ServerListener } from "../http/server_listener.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Transport } from "../transport/transport.ts";
import { managementListeners, managementOf, managementOptionsOf, metricsListeners } from "./http_config.ts";
import { type HttpInterface, HttpListeners } from "./http_listeners.ts";
import { AccessLog } from "./log/access_log.ts";
import { rotationOf } from "./log/log.ts";
import { webAmqp } from "./web_amqp.ts";

/** Everything that the server serves over HTTP: the management API and metrics. */
export class HttpServers {
  readonly #interfaces: HttpListeners[] = [];
  #accessLog: AccessLog | undefined;

  /**
   * Listens on all addresses, or on none when one fails. Rejects with `ListenError` and `ConfigError`.
   *
   * @param isListening tells whether connections of clients are accepted.
   * @param accept called with a client that speaks AMQP over a WebSocket.
   */
  static async open(
    runtime: Runtime,
    config: Config,
    log: Logger,
    broker: Broker,
    isListening: () => boolean,
    accept: (transport: Transport) => void,
  ): Promise<HttpServers> {
    const all = new HttpServers();
    const accessLog = all.#accessLog = await openAccessLog(config, log);
    const management: HttpInterface = {
      what: "management API",
      suffix: "",
      portSetting: "--management-port",
      fetch: (request, peer, onLogin) => broker.fetch(request, peer, onLogin),
      accessLog,
      upgrade: config.webAmqp?.isEnabled === false ? undefined : webAmqp({
        pathPrefix: managementOptionsOf(config).pathPrefix ?? "",
        allowOrigins: config.webAmqp?.allowOrigins ?? [],
        log,
        isListening,
        accept,
      }),
    };
    const metrics: HttpInterface = {
      what: "metrics",
      suffix: "/prometheus",
      portSetting: "--prometheus-port",
      fetch: (request, peer) => broker.fetchMetrics(request, peer),
      accessLog,
    };
    try {
      all.#interfaces.push(await HttpListeners.open(runtime, log, managementListeners(config), management));
      all.#interfaces.push(await HttpListeners.open(runtime, log, metricsListeners(config), metrics));
    } catch (error) {
      await all.close();
      throw error;
    }
    return all;
  }

  get all(): ServerListener[] {
    return this.#interfaces.flatMap(({ all }) => all);
  }

  /** Describes them for the log; empty when there are none. */
  toString(): string {
    return this.#interfaces.map(String).filter((place) => place !== "").join(", ");
  }

  /** Stops accepting, and resolves when all requests are finished. */
  async close(): Promise<void> {
    await Promise.all(this.#interfaces.map((open) => open.close()));
    await this.#accessLog?.flush();
  }
}

/** Opens the access log, if one is configured. Its rotation is that of the category `default`, as in RabbitMQ. */
async function openAccessLog(config: Config, log: Logger): Promise<AccessLog | undefined> {
  const folder = config.accessLogDir ?? managementOf(config).http_log_dir;
  if (folder === undefined) return undefined;
  return await AccessLog.open(folder, rotationOf({ ...config.logCategories?.default?.rotation }), log);
}
