import type { Exchange } from "../exchange/exchange.ts";
import type { RoutingHost } from "../routing/give.ts";
import { type OwnMessage, publishOwn } from "../routing/own_message.ts";
import type { Exchanges } from "../routing/route.ts";

const NAME = "amq.rabbitmq.log";
/** Largest size of waiting bodies, above which lines are dropped. In bytes. */
const WAITING_MAX_BYTES = 1024 * 1024;

/** A line of the log. */
export interface PublishedLine {
  /** Name of its level, which is the routing key. */
  readonly level: string;
  /** In milliseconds since 1970. */
  readonly timeMs: number;
  /** The line as it is written. */
  readonly text: string;
  /** Media type of the text. */
  readonly contentType: string;
}

/** The parts of the broker that the log exchange uses. */
interface LogExchangeHost extends RoutingHost {
  readonly name: string;
  readonly vhosts: ReadonlyMap<string, LogExchangeVhost>;
  endTurn(): void;
  /** Calls back once, in a turn of its own. */
  later(delayMs: number, callback: () => void): void;
}

/** The parts of its virtual host that the log exchange uses. */
interface LogExchangeVhost {
  readonly exchanges: Exchanges;
  declareSystemExchange(name: string, type: string): Exchange;
}

/**
 * Publishes the lines of the log to a topic exchange (RabbitMQ: Logging to System Topic). Lines wait for a turn of their
 * own, as they are logged in the middle of others.
 */
export class LogExchange {
  readonly #host: LogExchangeHost;
  readonly #vhost: string;
  #waiting: OwnMessage[] = [];
  #waitingBytes = 0;
  #droppedCount = 0;
  /** True while lines are published: those that this logs would never end. */
  #isPublishing = false;

  constructor(host: LogExchangeHost, vhost: string) {
    this.#host = host;
    this.#vhost = vhost;
  }

  /** Declares the exchange in its virtual host. Returns false when there is no such virtual host. */
  declare(): boolean {
    const vhost = this.#host.vhosts.get(this.#vhost);
    vhost?.declareSystemExchange(NAME, "topic");
    this.#host.endTurn();
    return vhost !== undefined;
  }

  /** Publishes a line soon, if anybody has bound a queue. Returns the number of lines that were dropped before it. */
  publish({ level, timeMs, text, contentType }: PublishedLine): number {
    if (this.#isPublishing || this.#exchange === undefined) return 0;
    const body = new TextEncoder().encode(text);
    if (this.#waitingBytes + body.length > WAITING_MAX_BYTES) {
      this.#droppedCount++;
      return 0;
    }
    const dropped = this.#droppedCount;
    this.#droppedCount = 0;
    const headers = new Map([["node", { type: "S", value: this.#host.name } as const]]);
    const properties = { contentType, headers, timestamp: BigInt(Math.floor(timeMs / 1000)) };
    if (this.#waiting.push({ routingKey: level, properties, body }) === 1) {
      this.#host.later(0, () => this.flush());
    }
    this.#waitingBytes += body.length;
    return dropped;
  }

  /** Publishes what waits, in a turn. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#isPublishing = true;
    try {
      const { exchanges } = this.#host.vhosts.get(this.#vhost) ?? {};
      for (const message of waiting) {
        const exchange = this.#exchange;
        if (exchange !== undefined) publishOwn(this.#host, exchanges!, exchange, message);
      }
      this.#host.endTurn();
    } finally {
      this.#isPublishing = false;
    }
  }

  /** The exchange, if it exists and is bound to something. */
  get #exchange(): Exchange | undefined {
    const exchange = this.#host.vhosts.get(this.#vhost)?.exchanges.get(NAME);
    return exchange === undefined || exchange.bindings.size === 0 ? undefined : exchange;
  }
}
