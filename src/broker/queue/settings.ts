import type { FieldTable } from "../../wire/field_table.ts";
import { parseAgeMs } from "./age.ts";

/** RabbitMQ's default. */
const SEGMENT_BYTES = 500_000_000;

/** What becomes of messages that a queue has no room for (RabbitMQ: Queue Length Limit). */
export type Overflow = "drop-head" | "reject-publish" | "reject-publish-dlx";

/**
 * What is asked of a queue, by the name of the policy's key: `message-ttl` is what the argument `x-message-ttl` says too.
 * The values have been checked.
 */
export type Definition = ReadonlyMap<string, number | string | boolean>;

/** What may be asked of a queue while it is there. `undefined` is no limit, or nothing. */
export interface QueueSettings {
  /** How long messages may wait (RabbitMQ: Time-To-Live). */
  readonly messageTtlMs: number | undefined;
  /** How long the queue may stay unused before it is deleted. */
  readonly expiresMs: number | undefined;
  /** How many messages may be ready. */
  readonly maxLength: number | undefined;
  /** How many bytes the bodies of ready messages may have. */
  readonly maxLengthBytes: number | undefined;
  readonly overflow: Overflow;
  /** Where dead messages are published; the default exchange is "". */
  readonly deadLetterExchange: string | undefined;
  /** Default: the keys that a message was published with. */
  readonly deadLetterRoutingKey: string | undefined;
  readonly deadLetterStrategy: "at-most-once" | "at-least-once";
  /** How old messages of a stream may be. */
  readonly maxAgeMs: number | undefined;
  /** Size of a stream's segment; retention is evaluated whenever this much has been published. In bytes. */
  readonly segmentBytes: number;
  /** How often consumers may fail with a message of a quorum queue; negative for any number. */
  readonly deliveryLimit: number | undefined;
  /** Which messages that come back to a quorum queue stay away for a while: "all", "failed" or "returned". */
  readonly delayedRetryType: string | undefined;
  /** That while grows by this with each time a consumer failed. */
  readonly delayedRetryMinMs: number | undefined;
  /** It is never longer. */
  readonly delayedRetryMaxMs: number | undefined;
  /** True when the queue takes no message while one with the same `x-deduplication-header` is in it. */
  readonly messageDeduplication: boolean;
  /** How long a delivery may stay unacknowledged. Default: what the broker was configured with. */
  readonly consumerTimeoutMs: number | undefined;
}

/** What a queue's arguments say, by the names that policies have for it. */
export function definitionOf(queueArguments: FieldTable): Definition {
  const definition = new Map<string, number | string | boolean>();
  for (const [name, { value }] of queueArguments) {
    if (!name.startsWith("x-")) continue;
    if (typeof value === "bigint") definition.set(name.slice(2), Number(value));
    else if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") {
      definition.set(name.slice(2), value);
    }
  }
  return definition;
}

export function settingsOf(definition: Definition): QueueSettings {
  const asksForNothing = definition.size === (definition.has("queue-type") ? 1 : 0);
  return asksForNothing ? NOTHING_ASKED : read(definition);
}

function read(definition: Definition): QueueSettings {
  const number = (key: string) => definition.get(key) as number | undefined;
  const text = (key: string) => definition.get(key) as string | undefined;
  return {
    messageTtlMs: number("message-ttl"),
    expiresMs: number("expires"),
    maxLength: number("max-length"),
    maxLengthBytes: number("max-length-bytes"),
    overflow: (text("overflow") ?? "drop-head") as Overflow,
    deadLetterExchange: text("dead-letter-exchange"),
    deadLetterRoutingKey: text("dead-letter-routing-key"),
    deadLetterStrategy: text("dead-letter-strategy") === "at-least-once" ? "at-least-once" : "at-most-once",
    maxAgeMs: parseAgeMs(text("max-age") ?? ""),
    segmentBytes: number("stream-max-segment-size-bytes") ?? SEGMENT_BYTES,
    deliveryLimit: number("delivery-limit"),
    delayedRetryType: text("delayed-retry-type"),
    delayedRetryMinMs: number("delayed-retry-min"),
    delayedRetryMaxMs: number("delayed-retry-max"),
    messageDeduplication: definition.get("message-deduplication") === true,
    consumerTimeoutMs: number("consumer-timeout"),
  };
}

/** What most queues are asked, so they share it. */
const NOTHING_ASKED = read(new Map());
