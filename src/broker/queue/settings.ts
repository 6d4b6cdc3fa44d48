import type { FieldTable } from "../../wire/field_table.ts";
import { policyKeyName, QUEUE_ARGUMENTS, type QueueArgument } from "./argument_table.ts";

/** RabbitMQ's default size of a stream's segment. In bytes. */
const SEGMENT_BYTES = 500_000_000;

/** The overflow behaviour of a full queue (RabbitMQ: Queue Length Limit). */
export type Overflow = "drop-head" | "reject-publish" | "reject-publish-dlx";

/**
 * Settings by the names of policy keys: `message-ttl` for the argument `x-message-ttl`. The values have been checked.
 */
export type Definition = ReadonlyMap<string, number | string | boolean>;

/** Changeable settings of a queue. `undefined` is no limit, or nothing. */
export interface QueueSettings {
  /** Time that messages may wait, in milliseconds (RabbitMQ: Time-To-Live). */
  readonly messageTtlMs: number | undefined;
  /** Time after which the unused queue is deleted. In milliseconds. */
  readonly expiresMs: number | undefined;
  /** Maximum number of ready messages. */
  readonly maxLength: number | undefined;
  /** Maximum size of the bodies of ready messages. In bytes. */
  readonly maxLengthBytes: number | undefined;
  readonly overflow: Overflow;
  /** The dead letter exchange; the default exchange is "". */
  readonly deadLetterExchange: string | undefined;
  /** Default: the routing keys of the message. */
  readonly deadLetterRoutingKey: string | undefined;
  readonly deadLetterStrategy: "at-most-once" | "at-least-once";
  /** Maximum age of a stream's messages. In milliseconds. */
  readonly maxAgeMs: number | undefined;
  /** Size of a stream's segment; retention is evaluated whenever this much has been published. In bytes. */
  readonly segmentBytes: number;
  /** Number of failures of consumers with a quorum queue's message; negative for any number. */
  readonly deliveryLimit: number | undefined;
  /** The returned messages of a quorum queue that are delayed: "all", "failed" or "returned". */
  readonly delayedRetryType: string | undefined;
  /** Increase of that delay with each failure of a consumer. In milliseconds. */
  readonly delayedRetryMinMs: number | undefined;
  /** Maximum of that delay. In milliseconds. */
  readonly delayedRetryMaxMs: number | undefined;
  /** True when the queue refuses a message while one with the same `x-deduplication-header` is in it. */
  readonly messageDeduplication: boolean;
  /** Acknowledgement timeout of deliveries. In milliseconds. Default: the broker's configured one. */
  readonly consumerTimeoutMs: number | undefined;
}

/** Settings of a queue without arguments and policies, which most queues share. */
const DEFAULTS: QueueSettings = {
  messageTtlMs: undefined,
  expiresMs: undefined,
  maxLength: undefined,
  maxLengthBytes: undefined,
  overflow: "drop-head",
  deadLetterExchange: undefined,
  deadLetterRoutingKey: undefined,
  deadLetterStrategy: "at-most-once",
  maxAgeMs: undefined,
  segmentBytes: SEGMENT_BYTES,
  deliveryLimit: undefined,
  delayedRetryType: undefined,
  delayedRetryMinMs: undefined,
  delayedRetryMaxMs: undefined,
  messageDeduplication: false,
  consumerTimeoutMs: undefined,
};

/** Arguments with a setting, by the policy key with the same meaning. */
const SETTING_ARGUMENTS: ReadonlyMap<string, QueueArgument> = new Map(
  [...QUEUE_ARGUMENTS].filter(([, { setting }]) => setting !== undefined).map((
    [name, argument],
  ) => [policyKeyName(name), argument]),
);

/** Returns the values of a queue's arguments by the names of policy keys. */
export function definitionOf(queueArguments: FieldTable): Definition {
  const definition = new Map<string, number | string | boolean>();
  for (const [name, { value }] of queueArguments) {
    if (QUEUE_ARGUMENTS.get(name)?.setting === undefined) continue;
    const key = policyKeyName(name);
    if (typeof value === "bigint") definition.set(key, Number(value));
    else if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") {
      definition.set(key, value);
    }
  }
  return definition;
}

/** Returns the settings of a definition; keys without a setting, as policies may have them, are skipped. */
export function settingsOf(definition: Definition): QueueSettings {
  if (definition.size === 0) return DEFAULTS;
  // A copy of one object: all settings have its shape, whichever of them are set.
  const settings: Record<keyof QueueSettings, unknown> = { ...DEFAULTS };
  for (const [key, value] of definition) {
    const argument = SETTING_ARGUMENTS.get(key);
    if (argument === undefined) continue;
    settings[argument.setting!] = argument.settingFrom === undefined ? value : argument.settingFrom(value);
  }
  return settings as QueueSettings;
}
