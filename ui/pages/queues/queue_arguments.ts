import type { Queue } from "../../api/types.ts";
import type { KnownArgument } from "../../format/known_arguments.ts";
import type { QueueTexts } from "./en.ts";

type QueueType = Queue["type"];

interface QueueArgument extends KnownArgument {
  readonly name: keyof QueueTexts["argumentHelp"];
  /** Types of queues that take it. Others refuse it. */
  readonly types: readonly QueueType[];
}

const CLASSIC_QUORUM: readonly QueueType[] = ["classic", "quorum"];
const QUORUM: readonly QueueType[] = ["quorum"];
const STREAM: readonly QueueType[] = ["stream"];

/** Arguments of `queue.declare` that have an effect, in the order in which people look for them. */
export const QUEUE_ARGUMENTS: readonly QueueArgument[] = [
  { name: "x-message-ttl", type: "integer", isTime: true, types: CLASSIC_QUORUM },
  { name: "x-expires", type: "integer", isTime: true, types: CLASSIC_QUORUM },
  { name: "x-max-length", type: "integer", types: CLASSIC_QUORUM },
  { name: "x-max-length-bytes", type: "integer", types: ["classic", "quorum", "stream"] },
  { name: "x-overflow", type: ["drop-head", "reject-publish", "reject-publish-dlx"], types: CLASSIC_QUORUM },
  { name: "x-dead-letter-exchange", type: "text", types: CLASSIC_QUORUM },
  { name: "x-dead-letter-routing-key", type: "text", types: CLASSIC_QUORUM },
  { name: "x-dead-letter-strategy", type: ["at-most-once", "at-least-once"], types: QUORUM },
  { name: "x-single-active-consumer", type: "boolean", types: CLASSIC_QUORUM },
  { name: "x-max-priority", type: "integer", types: ["classic"] },
  { name: "x-consumer-timeout", type: "integer", isTime: true, types: CLASSIC_QUORUM },
  { name: "x-delivery-limit", type: "integer", types: QUORUM },
  { name: "x-delayed-retry-type", type: ["all", "failed", "returned"], types: QUORUM },
  { name: "x-delayed-retry-min", type: "integer", types: QUORUM },
  { name: "x-delayed-retry-max", type: "integer", types: QUORUM },
  { name: "x-max-age", type: "text", types: STREAM },
  { name: "x-stream-max-segment-size-bytes", type: "integer", types: STREAM },
  { name: "x-message-deduplication", type: "boolean", types: CLASSIC_QUORUM },
];

/** Returns the arguments that queues of a type take, with what they do. */
export const queueArguments = (type: QueueType, t: QueueTexts): readonly KnownArgument[] =>
  QUEUE_ARGUMENTS
    .filter(({ types }) => types.includes(type))
    .map((argument) => ({ ...argument, help: t.argumentHelp[argument.name] }));
