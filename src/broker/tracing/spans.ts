import { type MessageAddress, readAddress } from "../../wire/address.ts";
import { PropertiesView } from "../../wire/properties.ts";
import type { MessageContent } from "../../store/message_content.ts";
import type { Message, Messages } from "../message/messages.ts";
import type { Dead, DeadLetterObserver } from "../routing/dead_letters.ts";
import type { TracedDelivery, TracedPeer } from "./firehose.ts";
import { publishSpanId } from "./span_id.ts";
import { readTraceContext, type TraceContext } from "./trace_context.ts";

/** Kind of a span, by its name in OpenTelemetry. */
export type SpanKind = "internal" | "server" | "producer";

/** A part of a message's way (OpenTelemetry: Spans). */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** In milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** Receives spans, and must not throw. */
export interface SpanSink {
  add(span: Span): void;
}

/** The parts of the broker that spans use. */
interface SpansHost {
  readonly messages: Messages;
  readonly timeMs: number;
  random(): number;
}

/** A message whose publisher traces it. */
interface Traced {
  readonly context: TraceContext;
  /** Id of the span in which it was published. */
  readonly publishId: string;
  /** Time of its arrival, in milliseconds since 1970; 0 where that is not kept. */
  readonly arrivedAtMs: number;
  readonly address: MessageAddress;
  readonly exchange: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** RabbitMQ's name of the default exchange in traces. */
const DEFAULT_EXCHANGE = "amq.default";

/**
 * Makes spans of the messages that carry a sampled `traceparent`: of publishing, queueing, delivery and dead-lettering.
 * Their attributes follow OpenTelemetry's conventions for messaging.
 */
export class Spans implements DeadLetterObserver {
  readonly #host: SpansHost;
  readonly #sink: SpanSink;

  constructor(host: SpansHost, sink: SpanSink) {
    this.#host = host;
    this.#sink = sink;
  }

  /** Adds the span of a message that was routed to these queues. The time of its arrival is kept from now on. */
  published(message: Message, queueCount: number, vhost: string, peer: TracedPeer): void {
    const { messages, timeMs } = this.#host;
    if (readTraceContext(messages.locate(message)) === undefined) return;
    messages.setTime(message, timeMs);
    const { context, publishId, exchange, attributes } = this.#read(messages.locate(message))!;
    this.#sink.add({
      ...ofTrace(context),
      spanId: publishId,
      parentSpanId: context.spanId,
      name: `publish ${exchange}`,
      kind: "server",
      startMs: timeMs,
      endMs: timeMs,
      attributes: {
        ...attributes,
        ...operation("publish", "send"),
        ...ofPeer(vhost, peer),
        "haremq.routed_queues": queueCount,
      },
    });
  }

  /** Adds the spans of a message that waited in a queue and is delivered now. */
  delivered(
    message: MessageContent,
    { queue, isRedelivered, streamOffset }: TracedDelivery,
    vhost: string,
    peer: TracedPeer,
  ): void {
    const traced = this.#read(message);
    if (traced === undefined) return;
    const { timeMs } = this.#host;
    const { context, attributes, arrivedAtMs } = traced;
    const common = {
      ...attributes,
      "messaging.destination.name": destinationOf(traced.address.exchange, traced.address.routingKey, queue),
      "haremq.queue": queue,
      "haremq.vhost": vhost,
    };
    const queueId = arrivedAtMs === 0 ? context.spanId : this.#newId();
    if (arrivedAtMs !== 0) {
      this.#sink.add({
        ...ofTrace(context),
        spanId: queueId,
        parentSpanId: traced.publishId,
        name: `queue ${queue}`,
        kind: "internal",
        startMs: Math.min(arrivedAtMs, timeMs),
        endMs: timeMs,
        attributes: { ...common, ...operation("queue") },
      });
    }
    this.#sink.add({
      ...ofTrace(context),
      spanId: this.#newId(),
      parentSpanId: queueId,
      name: `deliver ${queue}`,
      kind: "producer",
      startMs: timeMs,
      endMs: timeMs,
      attributes: {
        ...common,
        ...operation("deliver", "send"),
        ...ofPeer(vhost, peer),
        "haremq.redelivered": isRedelivered,
        ...streamOffset === undefined ? {} : { "haremq.stream_offset": streamOffset },
      },
    });
  }

  /**
   * Adds the span of a message that died in a queue, and whose dead letter goes to these queues. It is the parent of
   * what happens to the letter.
   */
  deadLettered(
    { message, queue, reason }: Pick<Dead, "message" | "queue" | "reason">,
    letter: Message,
    queueCount: number,
  ): void {
    const { messages, timeMs } = this.#host;
    const died = this.#read(messages.locate(message));
    if (died === undefined) return;
    messages.setTime(letter, timeMs);
    const { context, publishId, exchange, attributes } = this.#read(messages.locate(letter))!;
    this.#sink.add({
      ...ofTrace(context),
      spanId: publishId,
      parentSpanId: died.arrivedAtMs === 0 ? context.spanId : died.publishId,
      name: `dead_letter ${queue.name}`,
      kind: "producer",
      startMs: timeMs,
      endMs: timeMs,
      attributes: {
        ...attributes,
        ...operation("dead_letter", "send"),
        "haremq.vhost": queue.vhost.name,
        "haremq.queue": queue.name,
        "haremq.dead_letter.reason": reason,
        "haremq.dead_letter.exchange": exchange,
        "haremq.routed_queues": queueCount,
      },
    });
  }

  #read(message: MessageContent): Traced | undefined {
    const context = readTraceContext(message);
    if (context === undefined) return undefined;
    const { bytes, offset, addressBytes, headerBytes, bodyBytes, time } = message;
    const address = readAddress(bytes, offset);
    const { messageId, correlationId } = new PropertiesView(bytes, offset + addressBytes, headerBytes);
    const exchange = address.exchange === "" ? DEFAULT_EXCHANGE : address.exchange;
    const { routingKey } = address;
    return {
      context,
      publishId: publishSpanId(context, message),
      arrivedAtMs: time,
      address,
      exchange,
      attributes: {
        "messaging.system": "rabbitmq",
        "messaging.destination.name": destinationOf(address.exchange, routingKey),
        ...routingKey === "" ? {} : { "messaging.rabbitmq.destination.routing_key": routingKey },
        "messaging.message.body.size": bodyBytes,
        ...messageId === undefined ? {} : { "messaging.message.id": messageId },
        ...correlationId === undefined ? {} : { "messaging.message.conversation_id": correlationId },
      },
    };
  }

  #newId(): string {
    let id = "";
    while (id.length < 16) id += Math.floor(this.#host.random() * 0x10000).toString(16).padStart(4, "0");
    return id === "0000000000000000" ? this.#newId() : id;
  }
}

const ofTrace = ({ traceId, state }: TraceContext) => ({ traceId, traceState: state });

/** Attributes of an operation, by its name and its type in the conventions. */
const operation = (name: string, type?: string): Record<string, string> => ({
  "messaging.operation.name": name,
  ...type === undefined ? {} : { "messaging.operation.type": type },
});

const ofPeer = (vhost: string, { connection, channel, user }: TracedPeer) => ({
  "haremq.vhost": vhost,
  "haremq.connection": connection,
  "haremq.channel": channel,
  "haremq.user": user,
});

/** Returns the name of a destination: its parts that are there, each once. */
function destinationOf(...parts: string[]): string {
  return [...new Set(parts)].filter((part) => part !== "").join(":") || DEFAULT_EXCHANGE;
}
