import type { FieldTable } from "../../wire/field_table.ts";
import { policyKeyName, QUEUE_ARGUMENTS, type QueueArgument } from "./argument_table.ts";

/** RabbitMQ's default size of a stream's segment. In bytes. */
const SEGMENT_BYTES = 500_000_000;

/** The overflow behaviour of a full queue (RabbitMQ: Queue Length Limit). */
export type Overflow = "drop-head" | "reject-publish" | "reject-publish-dlx";

/**
 * What is asked of a queue, by the name of the policy's key: `message-ttl` is what the argument `x-message-ttl` says too.
 * The values have been checked.
 */
export type Definition = ReadonlyMap<string, number | string | boolean>;

/** What may be asked of a queue while it is there. `undefined` is no limit, or nothing. */
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
  /** Default: the keys that a message was published with. */
  readonly deadLetterRoutingKey: string | undefined;
  readonly deadLetterStrategy: "at-most-once" | "at-least-once";
  /** Maximum age of a stream's messages. In milliseconds. */
  readonly maxAgeMs: number | undefined;
  /** Size of a stream's segment; retention is evaluated whenever this much has been published. In bytes. */
  readonly segmentBytes: number;
  /** Number of times that consumers may fail with a quorum queue's message; negative for any number. */
  readonly deliveryLimit: number | undefined;
  /** Which messages that come back to a quorum queue stay away for a while: "all", "failed" or "returned". */
  readonly delayedRetryType: string | undefined;
  /** That while grows by this with each time a consumer failed. */
  readonly delayedRetryMinMs: number | undefined;
  /** It is never longer. */
  readonly delayedRetryMaxMs: number | undefined;
  /** True when the queue takes no message while one with the same `x-deduplication-header` is in it. */
  readonly messageDeduplication: boolean;
  /** Acknowledgement timeout of deliveries. In milliseconds. Default: the broker's configured one. */
  readonly consumerTimeoutMs: number | undefined;
}

/** Settings of a queue that nothing is asked of. Most queues share it. */
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

/** The arguments that make a setting, by the key of policies that says the same. */
const SETTING_ARGUMENTS: ReadonlyMap<string, QueueArgument> = new Map(
  [...QUEUE_ARGUMENTS].filter(([, { setting }]) => setting !== undefined).map((
    [name, argument],
  ) => [policyKeyName(name), argument]),
);

/** Returns what a queue's arguments ask for, by the names that policies have for it. */
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

/** Returns the settings that a definition makes; keys that make none, as policies may have them, are passed over. */
export function settingsOf(definition: Definition): QueueSettings {
  if (definition.size === 0) return DEFAULTS;
  // A copy of one object: all settings keep its shape, whichever of them are asked for.
  const settings: Record<keyof QueueSettings, unknown> = { ...DEFAULTS };
  for (const [key, value] of definition) {
    const argument = SETTING_ARGUMENTS.get(key);
    if (argument === undefined) continue;
    settings[argument.setting!] = argument.settingFrom === undefined ? value : argument.settingFrom(value);
  }
  return settings as QueueSettings;
}
