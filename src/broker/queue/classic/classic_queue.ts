import { Queue } from "../queue.ts";
import type { QueueDeclaration, QueueHost, QueueVhost } from "../queue_host.ts";
import type { QueueParts } from "../queue_parts.ts";
import type { SequenceId } from "../../../store/sequence.ts";

/** RabbitMQ: Classic Queues. */
const CLASSIC: QueueParts = {
  keepsTransient: false,
  consumers: { mayBeExclusive: true, yieldToPriority: false },
  isUsedByDeclaring: true,
  priorities(queueArguments) {
    const max = Number(queueArguments.get("x-max-priority")?.value ?? 0);
    return max > 0 ? { min: 0, max, default: 0 } : undefined;
  },
  allowed: (settings) => settings,
  returned: () => undefined,
};

/** Makes a classic queue, in which returned messages go back to their old places. */
export const classicQueue = (
  id: SequenceId,
  declaration: QueueDeclaration,
  vhost: QueueVhost,
  host: QueueHost,
): Queue => new Queue(id, declaration, vhost, host, CLASSIC);
