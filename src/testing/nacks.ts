import { readAddress } from "../wire/address.ts";
import { LateReceipt } from "../broker/message/receipt.ts";
import type { Channel } from "../broker/session/channel.ts";
import { Publisher, type PublisherSink } from "../broker/session/publisher.ts";

/** A publish on a channel with confirms. */
export interface Publish {
  /** Name of the exchange; empty for the default exchange. */
  readonly exchange: string;
  /** The routing key. */
  readonly routingKey: string;
  /** Name of the connection. */
  readonly connection: string;
}

/** The publishes that are refused. */
export interface NackOptions {
  /** Maximum number of publishes. Default: all, until the fault ends. */
  readonly count?: number;
  /** Default: any exchange. */
  readonly exchange?: string;
  /** Default: any routing key. */
  readonly routingKey?: string;
  /** Returns whether a publish is refused. Default: all are. */
  readonly when?: (publish: Publish) => boolean;
}

/** A plan to refuse publishes. */
interface Plan {
  readonly options: NackOptions;
  left: number;
}

/** The plans of a broker to refuse publishes (RabbitMQ: Publisher Confirms). */
export class Nacks {
  readonly #plans = new Set<Plan>();

  get areAny(): boolean {
    return this.#plans.size > 0;
  }

  /** Adds a plan. Returns a function that removes it. */
  add(options: NackOptions): () => void {
    const plan = { options, left: options.count ?? Infinity };
    this.#plans.add(plan);
    return () => this.#plans.delete(plan);
  }

  /** Returns whether a publish is refused, and counts it. */
  takes(publish: Publish): boolean {
    for (const plan of this.#plans) {
      const { exchange = publish.exchange, routingKey = publish.routingKey, when = () => true } = plan.options;
      if (exchange !== publish.exchange || routingKey !== publish.routingKey || !when(publish)) continue;
      if (--plan.left <= 0) this.#plans.delete(plan);
      return true;
    }
    return false;
  }
}

/** A publisher that refuses what a test wants refused: no queue gets it, and with confirms the client gets a nack. */
export class RefusingPublisher extends Publisher {
  readonly #nacks: Nacks;
  readonly #connection: string;
  #address = new Uint8Array(0);

  constructor(channel: Channel, sink: PublisherSink, nacks: Nacks) {
    super(channel, sink);
    this.#nacks = nacks;
    this.#connection = channel.session.origin.name;
  }

  override begin(bytes: Uint8Array, offset: number, length: number, isMandatory: boolean): void {
    if (this.#nacks.areAny) this.#address = bytes.slice(offset, offset + length);
    super.begin(bytes, offset, length, isMandatory);
  }

  override end(): void {
    if (this.confirms === undefined || !this.#nacks.areAny || !this.#isRefused()) return super.end();
    this.abandon();
    const receipt = new LateReceipt();
    receipt.expect();
    receipt.refused();
    receipt.complete();
    this.confirms.published(receipt);
  }

  #isRefused(): boolean {
    return this.#nacks.takes({ ...readAddress(this.#address), connection: this.#connection });
  }
}
