/** A broker at the edge: a Worker that passes clients on to a Durable Object, which is the broker. */
import {
  type DurableObjectBroker,
  type DurableObjectStorage,
  mayOpenWebSocket,
  openDurableObjectBroker,
  type WebSocketObject,
  webSocketTransport,
} from "../../edge.ts";

/** The parts of the platform that are used here. */
interface WorkerWebSocket extends WebSocketObject {
  accept(): void;
}
declare const WebSocketPair: new () => { readonly 0: unknown; readonly 1: WorkerWebSocket };

interface ObjectContext {
  readonly storage: DurableObjectStorage;
  blockConcurrencyWhile<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Settings of `wrangler.jsonc`, and secrets. */
export interface Environment {
  readonly BROKER: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
  /** The first user, who may do everything. */
  readonly DEFAULT_USER: string;
  readonly DEFAULT_PASS: string;
  /** Origins whose pages may connect, besides the worker's own, with commas between them. */
  readonly ALLOW_ORIGINS?: string;
}

/** Queue of what is posted to `/orders`. */
const ORDERS = "orders";

export class MessageBroker {
  readonly #environment: Environment;
  readonly #opening: Promise<DurableObjectBroker>;
  #vhost: ReturnType<DurableObjectBroker["broker"]["vhost"]> | undefined;

  constructor(context: ObjectContext, environment: Environment) {
    this.#environment = environment;
    const { DEFAULT_USER: user, DEFAULT_PASS: password } = environment;
    this.#opening = context.blockConcurrencyWhile(async () => {
      const opened = await openDurableObjectBroker(context.storage, {
        defaults: { user, password },
        log: (level, line) => level !== "debug" && console.log(`${level}: ${line}`),
      });
      this.#vhost = opened.broker.vhost("/");
      this.#vhost.queue(ORDERS);
      return opened;
    });
  }

  async fetch(request: Request): Promise<Response> {
    const { broker } = await this.#opening;
    const host = request.headers.get("cf-connecting-ip") ?? "unknown";
    const { pathname } = new URL(request.url);
    if (pathname === "/ws/amqp") return this.#upgrade(request, host);
    if (pathname === "/orders" && request.method === "POST") {
      // Without a protocol. The answer comes when the order is safe.
      const message = { routingKey: ORDERS, properties: { deliveryMode: 2 }, body: await request.text() };
      const outcome = await this.#vhost!.publish(message);
      return new Response(outcome, { status: outcome === "confirmed" ? 200 : 503 });
    }
    return await broker.fetch(request, { host, isLoopback: false });
  }

  async #upgrade(request: Request, host: string): Promise<Response> {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response("This is a WebSocket.", { status: 426 });
    }
    const origins = this.#environment.ALLOW_ORIGINS?.split(",") ?? [];
    if (!mayOpenWebSocket(request, origins)) return new Response("Not from this page.", { status: 403 });
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    const { broker } = await this.#opening;
    broker.accept(webSocketTransport(server, { peer: { host, port: 0 } }));
    const protocol = request.headers.get("sec-websocket-protocol");
    const headers = protocol === null ? undefined : { "sec-websocket-protocol": "amqp" };
    return new Response(null, { status: 101, headers, webSocket: client } as ResponseInit);
  }

  async alarm(): Promise<void> {
    await (await this.#opening).alarm();
  }
}

export default {
  fetch: (request: Request, { BROKER }: Environment): Promise<Response> => BROKER.getByName("broker").fetch(request),
};
