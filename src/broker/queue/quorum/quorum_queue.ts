import { QUORUM_DEFAULT_PRIORITY } from "../../compat/behaviour.ts";
import { Queue } from "../queue.ts";
import type { QueueDeclaration, QueueHost, QueueVhost } from "../queue_host.ts";
import type { QueueParts } from "../queue_parts.ts";
import { deliveryLimitOf } from "../rules/delivery_limit.ts";
import { ReturnedMessages } from "./returned_messages.ts";
import type { SequenceId } from "../../../store/sequence.ts";

/** RabbitMQ: Quorum Queues. */
const QUORUM: QueueParts = {
  keepsTransient: true,
  consumers: { mayBeExclusive: false, yieldToPriority: true },
  // RabbitMQ's quorum queues do not notice it.
  isUsedByDeclaring: false,
  priorities: (_, { quorumPriorities }) => ({ ...quorumPriorities, default: QUORUM_DEFAULT_PRIORITY }),
  allowed(settings, behaviour) {
    const overflow = settings.overflow === "reject-publish" ? "reject-publish" : "drop-head";
    const canKeepDead = overflow === "reject-publish" && settings.deadLetterExchange !== undefined;
    const deadLetterStrategy = canKeepDead ? settings.deadLetterStrategy : "at-most-once";
    return {
      ...settings,
      overflow,
      deadLetterStrategy,
      deliveryLimit: deliveryLimitOf(settings.deliveryLimit, behaviour.deliveryLimit),
    };
  },
  returned: (queue, host) => new ReturnedMessages(queue, host),
};

/**
 * Makes a quorum queue with one member. It stores transient messages too, counts the returns of each message, and
 * delivers returned messages first, in the order in which they were returned.
 */
export const quorumQueue = (id: SequenceId, declaration: QueueDeclaration, vhost: QueueVhost, host: QueueHost): Queue =>
  new Queue(id, declaration, vhost, host, QUORUM);
