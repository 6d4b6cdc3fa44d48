import { parseAgeMs } from "./age.ts";
import {
  type ArgumentValue,
  DEAD_LETTER_STRATEGIES,
  LEADER_LOCATORS,
  OVERFLOWS,
  QUEUE_MODES,
  VALUES,
} from "./argument_values.ts";
import {
  check,
  higher,
  isFrom,
  isInteger,
  isOneOf,
  isText,
  lower,
  lowerLimit,
  otherWins,
  type PolicyKey,
  policyWins,
} from "./policy_key.ts";
import {
  ALL,
  CLASSIC,
  CLASSIC_QUORUM,
  CLASSIC_STREAM,
  type QueueTypeName,
  QUORUM,
  QUORUM_STREAM,
  STREAM,
} from "./queue_type.ts";
import type { QueueSettings } from "./settings.ts";

/** Largest segment of a stream that a policy may set. In bytes. */
const SEGMENT_BYTES_MAX = 3_000_000_000;

/** An argument of `queue.declare`. */
export interface QueueArgument {
  /** Types of queues that accept it. Others refuse it. */
  readonly types: readonly QueueTypeName[];
  /** True for an argument of one of RabbitMQ's plugins, in which two declarations may differ. */
  readonly isOfPlugin?: boolean;
  readonly value: ArgumentValue;
  /** Name of the setting that it sets. */
  readonly setting?: keyof QueueSettings;
  /** Converts a valid value to the setting. Default: the value itself. */
  readonly settingFrom?: (value: number | string | boolean) => number | string | boolean | undefined;
  /** The policy key with the same meaning. Its name is that of the argument without `x-`. */
  readonly policy?: PolicyKey;
  /** One sentence for the documentation. */
  readonly help: string;
}

/**
 * The arguments of `queue.declare` that RabbitMQ's queues accept, in the order in which RabbitMQ checks them. A second
 * declaration must have the same values for those of its type, except those of plugins; others are not compared.
 *
 * The validator, the settings of queues, the keys of policies and `docs/queue_arguments.md` are made from this table.
 */
export const QUEUE_ARGUMENTS: ReadonlyMap<string, QueueArgument> = new Map<string, QueueArgument>([
  ["x-expires", {
    types: CLASSIC_QUORUM,
    value: VALUES.timeUnused,
    setting: "expiresMs",
    policy: { check: check(isFrom(1), "is not a valid queue expiry"), operator: lower, unknownTo: STREAM },
    help: "Deletes the queue after it has been unused for this long.",
  }],
  ["x-message-ttl", {
    types: CLASSIC_QUORUM,
    value: VALUES.timeToLive,
    setting: "messageTtlMs",
    policy: { check: check(isFrom(0), "is not a valid message TTL"), operator: lower, unknownTo: STREAM },
    help: "Time that messages may wait before they expire.",
  }],
  ["x-dead-letter-exchange", {
    types: CLASSIC_QUORUM,
    value: VALUES.text,
    setting: "deadLetterExchange",
    policy: {
      check: check(isText, "is not a valid dead letter exchange name"),
      argument: otherWins,
      unknownTo: STREAM,
    },
    help: "Exchange to which dead messages are published.",
  }],
  ["x-dead-letter-routing-key", {
    types: CLASSIC_QUORUM,
    value: VALUES.deadLetterKey,
    setting: "deadLetterRoutingKey",
    policy: { check: check(isText, "is not a valid dead letter routing key"), argument: otherWins, unknownTo: STREAM },
    help: "Routing key of dead messages; by default the keys with which they were published.",
  }],
  ["x-dead-letter-strategy", {
    types: QUORUM,
    value: VALUES.deadLetterStrategy,
    setting: "deadLetterStrategy",
    policy: {
      check: check(isOneOf(...DEAD_LETTER_STRATEGIES), "is not a valid dead letter strategy"),
      argument: otherWins,
      unknownTo: CLASSIC_STREAM,
    },
    help: "Guarantee for the delivery of dead messages.",
  }],
  ["x-max-length", {
    types: CLASSIC_QUORUM,
    value: VALUES.count,
    setting: "maxLength",
    policy: { check: check(isFrom(0), "is not a valid maximum length"), operator: lower, unknownTo: STREAM },
    help: "Limit on ready messages.",
  }],
  ["x-max-length-bytes", {
    types: ALL,
    value: VALUES.count,
    setting: "maxLengthBytes",
    policy: {
      check: check(isFrom(0), "is not a valid maximum length in bytes"),
      operator: lower,
      argumentOf: { stream: policyWins },
    },
    help: "Limit on the bytes of ready messages, or on the size of a stream.",
  }],
  ["x-max-in-memory-length", {
    types: QUORUM,
    value: VALUES.count,
    policy: {
      check: check(isFrom(0), "is not a valid maximum memory in bytes"),
      operator: lower,
      unknownTo: CLASSIC_STREAM,
    },
    help: "Checked and kept, without effect.",
  }],
  ["x-max-in-memory-bytes", {
    types: QUORUM,
    value: VALUES.count,
    policy: {
      check: check(isFrom(0), "is not a valid maximum memory in bytes"),
      operator: lower,
      unknownTo: CLASSIC_STREAM,
    },
    help: "Checked and kept, without effect.",
  }],
  ["x-max-priority", {
    types: CLASSIC,
    value: VALUES.priority,
    help: "Highest priority of the queue's messages.",
  }],
  ["x-overflow", {
    types: CLASSIC_QUORUM,
    value: VALUES.overflow,
    setting: "overflow",
    policy: {
      check: check(isOneOf(...OVERFLOWS), "is not a valid overflow value"),
      operator: otherWins,
      argument: otherWins,
      argumentOf: { quorum: policyWins },
      unknownTo: STREAM,
    },
    help: "Treatment of messages over a limit.",
  }],
  ["x-queue-mode", {
    types: CLASSIC,
    value: VALUES.queueMode,
    policy: {
      check: check(isOneOf(...QUEUE_MODES), "is not a valid queue-mode value"),
      unknownTo: QUORUM_STREAM,
      argument: otherWins,
    },
    help: "Checked and kept, without effect.",
  }],
  ["x-queue-version", {
    types: CLASSIC,
    value: VALUES.queueVersion,
    policy: {
      check: check(isOneOf(1, 2), "is not a valid queue-version value"),
      operator: otherWins,
      argument: otherWins,
    },
    help: "Checked and kept, without effect.",
  }],
  ["x-queue-master-locator", {
    types: CLASSIC,
    value: VALUES.text,
    policy: {
      check: check(isOneOf(...LEADER_LOCATORS, "min-masters"), "is not a valid master locator"),
      operator: otherWins,
      argument: policyWins,
      unknownTo: QUORUM_STREAM,
    },
    help: "Checked and kept, without effect: a queue has one member.",
  }],
  ["x-single-active-consumer", {
    types: CLASSIC_QUORUM,
    value: VALUES.boolean,
    help: "Delivers to one consumer at a time; the next one takes over.",
  }],
  ["x-consumer-timeout", {
    types: CLASSIC_QUORUM,
    value: VALUES.timeout,
    setting: "consumerTimeoutMs",
    policy: { check: check(isFrom(0), "is not a valid consumer timeout") },
    help: "Time that a delivery may stay unacknowledged; by default the broker's limit.",
  }],
  ["x-consumer-disconnected-timeout", {
    types: QUORUM,
    value: VALUES.timeout,
    policy: { check: check(isFrom(0), "is not a valid consumer disconnected timeout") },
    help: "Checked and kept, without effect: one process has consumers and queues alike.",
  }],
  ["x-queue-type", {
    types: ALL,
    value: VALUES.queueType,
    help: "Type of the queue; `classic` by default.",
  }],
  ["x-quorum-initial-group-size", {
    types: QUORUM,
    value: VALUES.positiveCount,
    help: "Checked and kept, without effect: a queue has one member.",
  }],
  ["x-delivery-limit", {
    types: QUORUM,
    value: VALUES.unchecked,
    setting: "deliveryLimit",
    policy: {
      check: check(isInteger, "is not a valid delivery limit"),
      operator: lowerLimit,
      argument: lowerLimit,
      unknownTo: CLASSIC_STREAM,
    },
    help: "Number of times that consumers may fail with a message; negative for no limit.",
  }],
  ["x-delayed-retry-type", {
    types: QUORUM,
    value: VALUES.unchecked,
    setting: "delayedRetryType",
    policy: {
      check: check(
        isOneOf("all", "failed", "returned", "disabled"),
        "is not a valid delayed retry type. Must be one of: all, failed, returned, disabled",
      ),
      operator: otherWins,
      argument: policyWins,
    },
    help: "Returned messages that are delayed: `all`, `failed` or `returned`.",
  }],
  ["x-delayed-retry-min", {
    types: QUORUM,
    value: VALUES.unchecked,
    setting: "delayedRetryMinMs",
    policy: {
      check: check(isFrom(1), "is not a valid delayed retry minimum delay. Must be a positive integer"),
      operator: higher,
    },
    help: "Milliseconds by which the delay grows with each failure.",
  }],
  ["x-delayed-retry-max", {
    types: QUORUM,
    value: VALUES.unchecked,
    setting: "delayedRetryMaxMs",
    policy: {
      check: check(isFrom(1), "is not a valid delayed retry maximum delay. Must be a positive integer"),
      operator: lower,
    },
    help: "Longest delay of a returned message, in milliseconds.",
  }],
  ["x-max-age", {
    types: STREAM,
    value: VALUES.age,
    setting: "maxAgeMs",
    settingFrom: (value) => parseAgeMs(String(value)),
    policy: {
      check: check((value) => parseAgeMs(String(value)) !== undefined, "is not a valid max age"),
      argument: policyWins,
      unknownTo: CLASSIC_QUORUM,
    },
    help: "Maximum age of a stream's messages.",
  }],
  ["x-stream-max-segment-size-bytes", {
    types: STREAM,
    value: VALUES.segmentSize,
    setting: "segmentBytes",
    policy: {
      check: check(isFrom(0, SEGMENT_BYTES_MAX), "is not a valid segment size"),
      argument: policyWins,
      unknownTo: CLASSIC_QUORUM,
    },
    help: "Size of new messages after which a stream checks its limits again, in bytes.",
  }],
  ["x-stream-filter-size-bytes", {
    types: STREAM,
    value: VALUES.filterSize,
    policy: {
      check: check(isFrom(16, 255), "is not a valid filter size. Valid range is 16-255"),
      argument: policyWins,
    },
    help: "Checked and kept, without effect: a filter is as large as it needs to be.",
  }],
  ["x-initial-cluster-size", {
    types: STREAM,
    value: VALUES.positiveCount,
    policy: { check: check(isFrom(0), "is not a valid cluster size"), argument: policyWins, unknownTo: CLASSIC_QUORUM },
    help: "Checked and kept, without effect: a queue has one member.",
  }],
  ["x-queue-leader-locator", {
    types: ALL,
    value: VALUES.leaderLocator,
    policy: {
      check: check(isOneOf(...LEADER_LOCATORS), "is not a valid queue leader locator value"),
      argument: policyWins,
    },
    help: "Checked and kept, without effect: a queue has one member.",
  }],
  // Queues of all types accept it, as in RabbitMQ; a stream refuses no message.
  ["x-message-deduplication", {
    types: ALL,
    isOfPlugin: true,
    value: VALUES.uncheckedBoolean,
    setting: "messageDeduplication",
    settingFrom: (value) => value === true,
    help: "Refuses a message while one with the same `x-deduplication-header` is in the queue; not for streams.",
  }],
]);

/** Returns the name of the policy key with the meaning of an argument. */
export const policyKeyName = (argument: string): string => argument.slice("x-".length);
