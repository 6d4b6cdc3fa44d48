import type { MessageContent } from "../../store/message_content.ts";
import { EMPTY_TABLE, type FieldTable, type FieldValue } from "../../wire/field_table.ts";
import { PropertiesView, withHeaders, writeContentHeader } from "../../wire/properties.ts";
import { ByteWriter } from "../../wire/byte_writer.ts";
import { copyMessage } from "../message/copy_message.ts";
import type { Message, Messages } from "../message/messages.ts";
import type { Fetched } from "../queue/delivery.ts";
import type { Clock } from "../turn/clock.ts";
import type { DeliverySink, Subscription } from "./subscription.ts";

/** What is added to messages on their way through the broker (RabbitMQ: Message Interceptors). Default: nothing. */
export interface InterceptorOptions {
  /** Adds the time of arrival to published messages, as header `timestamp_in_ms` and property `timestamp`. */
  readonly incomingTimestamp?: InterceptorOption;
  /** Adds the name of the node to published messages, as header `x-routed-by`. */
  readonly incomingRoutingNode?: InterceptorOption;
  /** True when deliveries have the time at which they are sent, as header `x-opt-rabbitmq-sent-time`. */
  readonly outgoingTimestamp?: boolean;
}

/** The choice for one thing that is added. */
export interface InterceptorOption {
  /** True when a value that the publisher has set is replaced. */
  readonly overwrite: boolean;
}

const ARRIVAL_HEADER = "timestamp_in_ms";
const NODE_HEADER = "x-routed-by";
const SENT_HEADER = "x-opt-rabbitmq-sent-time";

/** The parts of the broker that interceptors use. */
interface InterceptorHost {
  readonly name: string;
  readonly clock: Clock;
  readonly messages: Messages;
  /** In milliseconds since 1970. */
  readonly timeMs: number;
}

/** Adds to published messages, and to those that are delivered. */
export class MessageInterceptors {
  readonly #options: InterceptorOptions;
  readonly #host: InterceptorHost;
  /** True when something is added to published messages. */
  readonly hasIncoming: boolean;

  constructor(options: InterceptorOptions, host: InterceptorHost) {
    this.#options = options;
    this.#host = host;
    this.hasIncoming = options.incomingTimestamp !== undefined || options.incomingRoutingNode !== undefined;
  }

  /** Returns the content header of a published message, whose payload was checked, with what is added to it. */
  incoming(bytes: Uint8Array, at: number, size: number, bodyBytes: number): Uint8Array {
    const { incomingTimestamp, incomingRoutingNode } = this.#options;
    const { name, timeMs } = this.#host;
    const properties = new PropertiesView(bytes, at, size).toObject();
    const headers = new Map(properties.headers);
    let { timestamp } = properties;
    if (incomingTimestamp !== undefined) {
      add(headers, ARRIVAL_HEADER, long(timeMs), incomingTimestamp);
      if (incomingTimestamp.overwrite || timestamp === undefined) timestamp = BigInt(Math.floor(timeMs / 1000));
    }
    if (incomingRoutingNode !== undefined) {
      add(headers, NODE_HEADER, { type: "S", value: name }, incomingRoutingNode);
    }
    const writer = new ByteWriter();
    writeContentHeader(writer, bodyBytes, { ...properties, headers, timestamp });
    return writer.written();
  }

  /** Returns a sink that adds to the messages for another; that one itself when nothing is added. */
  outgoing(sink: DeliverySink): DeliverySink {
    return this.#options.outgoingTimestamp ? new StampedDeliveries(sink, this.#host) : sink;
  }

  /** Calls back with a fetched message and what is added to it. */
  outgoingFetched(fetched: Fetched, deliver: (fetched: Fetched) => void): void {
    if (!this.#options.outgoingTimestamp) return deliver(fetched);
    const { messages } = this.#host;
    const shown = stampedCopy(this.#host, fetched.shown);
    deliver({ ...fetched, shown });
    messages.release(shown);
  }
}

/** Adds the time to each delivery, and passes it on. */
class StampedDeliveries implements DeliverySink {
  readonly #sink: DeliverySink;
  readonly #host: InterceptorHost;

  constructor(sink: DeliverySink, host: InterceptorHost) {
    this.#sink = sink;
    this.#host = host;
  }

  hasRoom(subscription: Subscription): boolean {
    return this.#sink.hasRoom(subscription);
  }

  deliver(deliveryTag: number, message: Message, isRedelivered: boolean): void {
    const stamped = stampedCopy(this.#host, message);
    this.#sink.deliver(deliveryTag, stamped, isRedelivered);
    this.#host.messages.release(stamped);
  }

  deliverFromStream(deliveryTag: number, message: MessageContent, offset: number): void {
    const { bytes, offset: at, addressBytes, headerBytes, bodyBytes } = message;
    const header = stampedHeader(this.#host, bytes.subarray(at + addressBytes, at + addressBytes + headerBytes));
    const stamped = new Uint8Array(addressBytes + header.length + bodyBytes);
    stamped.set(bytes.subarray(at, at + addressBytes));
    stamped.set(header, addressBytes);
    const body = at + addressBytes + headerBytes;
    stamped.set(bytes.subarray(body, body + bodyBytes), addressBytes + header.length);
    this.#sink.deliverFromStream(
      deliveryTag,
      { ...message, bytes: stamped, offset: 0, headerBytes: header.length },
      offset,
    );
  }

  cancelled(): void {
    this.#sink.cancelled();
  }
}

const stampedCopy = (host: InterceptorHost, message: Message): Message =>
  copyMessage(host.messages, message, { header: stampedHeader(host, host.messages.header(message)) });

/** Returns a checked content header's payload with the time as a header. */
function stampedHeader({ clock }: InterceptorHost, header: Uint8Array): Uint8Array {
  const headers = new Map(new PropertiesView(header).headers ?? EMPTY_TABLE);
  headers.set(SENT_HEADER, long(clock.time()));
  return withHeaders(header, headers);
}

function add(
  headers: Map<string, FieldValue>,
  name: string,
  value: FieldValue,
  { overwrite }: InterceptorOption,
): FieldTable {
  return overwrite || !headers.has(name) ? headers.set(name, value) : headers;
}

const long = (value: number): FieldValue => ({ type: "l", value: BigInt(Math.floor(value)) });
