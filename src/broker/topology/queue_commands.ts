import type { QueueRecord } from "../../store/topology_record.ts";
import { internalError } from "../../wire/error.ts";
import { type Actor, declaredBy, INTERNAL } from "../events/actor.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { argumentNamesOf, checkQueueArguments } from "../queue/arguments.ts";
import type { QueueDeclaration } from "../queue/queue_host.ts";
import { queueTypeName } from "../queue/queue_type.ts";
import { checkDeletionConditions, checkQueueProperties, type DeletionConditions } from "../queue/queue_types.ts";
import type { Behaviour } from "../compat/behaviour.ts";
import { carryOut } from "./changes.ts";
import { Deletion } from "./deletion.ts";
import { checkArgumentEquivalence, checkEquivalence } from "./equivalence.ts";
import { checkOwner, locked } from "./exclusive_queues.ts";
import { notifyQueueCreated } from "./topology_events.ts";
import type { VirtualHost } from "./vhost.ts";
import type { SequenceId } from "../../store/sequence.ts";

/** Declares a queue, or checks that the existing one is equivalent (AMQP 0-9-1 §1.7.2.1). */
export function declareQueue(vhost: VirtualHost, asked: QueueDeclaration, actor: Actor = INTERNAL): AnyQueue {
  const { host } = vhost;
  const declaration = vhost.withQueueType(asked);
  const { name } = declaration;
  const phrase = vhost.queuePhrase(name);
  host.queueChurn.queueDeclared++;
  const existing = vhost.queues.get(name);
  if (existing !== undefined) {
    if (mayBeClassic(existing, declaration, host.behaviour)) checkRelaxed(existing, declaration, phrase);
    else checkIsAlike(existing, declaration, phrase);
    existing.declaredAgain();
    return existing;
  }
  checkQueueArguments(declaration.arguments, phrase);
  checkTypeIsEnabled(declaration, vhost, phrase);
  vhost.checkIsUp(phrase);
  host.checkQueueLimit(vhost, name);
  checkQueueProperties(declaration, phrase);
  if (!declaration.durable && declaration.owner === null && !host.behaviour.hasTransientQueues) {
    throw internalError(TRANSIENT_QUEUES_DENIED);
  }
  const queueId = isDurable(declaration) ? host.nextQueueId() : host.nextTransientId();
  host.commit({ type: "queue.declared", ...recordOf(vhost.name, declaration, queueId), ...declaredBy(actor) });
  host.queueChurn.queueCreated++;
  const queue = vhost.queues.get(name)!;
  notifyQueueCreated(host.events, vhost.name, queue, actor.user);
  return queue;
}

/** RabbitMQ's text since 4.3. */
const TRANSIENT_QUEUES_DENIED = "Feature `transient_nonexcl_queues` is deprecated.\n" +
  "By default, this feature is not permitted anymore.\n" +
  "The feature will be removed from a future major RabbitMQ version, regardless of the configuration; actual version to " +
  "be determined.\nTo continue using this feature when it is not permitted by default, set the following parameter in your " +
  'configuration:\n    "deprecated_features.permit.transient_nonexcl_queues = true"';

function checkTypeIsEnabled(
  { arguments: queueArguments }: QueueDeclaration,
  { host }: VirtualHost,
  phrase: string,
): void {
  const type = queueTypeName(queueArguments);
  if (!host.behaviour.disabledTypes.includes(type)) return;
  throw internalError(
    `Cannot declare a ${phrase} of type '${type}': the type is disabled by queue_types.${type}.enabled`,
  );
}

/** Throws RESOURCE_LOCKED or PRECONDITION_FAILED when the existing queue differs from its declaration. */
function checkIsAlike(existing: AnyQueue, declaration: QueueDeclaration, phrase: string): void {
  if (existing.owner !== declaration.owner) throw locked(phrase);
  checkEquivalence("durable", phrase, isDurable(declaration), existing.isDurable);
  checkEquivalence("auto_delete", phrase, declaration.autoDelete, existing.isAutoDelete);
  for (const argument of argumentNamesOf(queueTypeName(existing.arguments))) {
    checkArgumentEquivalence(argument, phrase, declaration.arguments, existing.arguments);
  }
}

/** Returns whether a quorum queue is declared again as a classic one, and may be. */
function mayBeClassic(existing: AnyQueue, { arguments: asked }: QueueDeclaration, behaviour: Behaviour): boolean {
  return behaviour.relaxesQuorumRedeclaration && queueTypeName(existing.arguments) === "quorum" &&
    asked.get("x-queue-type")?.value === "classic";
}

/** Arguments that must agree even then. */
const RELAXED_ARGUMENTS = [
  "x-dead-letter-exchange",
  "x-dead-letter-routing-key",
  "x-expires",
  "x-max-length",
  "x-max-length-bytes",
  "x-single-active-consumer",
  "x-message-ttl",
];

function checkRelaxed(existing: AnyQueue, declaration: QueueDeclaration, phrase: string): void {
  for (const argument of RELAXED_ARGUMENTS) {
    checkArgumentEquivalence(argument, phrase, declaration.arguments, existing.arguments);
  }
}

/** Returns whether a queue is durable. An exclusive one is deleted with its connection, so RabbitMQ never stores it. */
const isDurable = ({ durable, owner }: QueueDeclaration): boolean => durable && owner === null;

function recordOf(vhost: string, declaration: QueueDeclaration, queueId: SequenceId): QueueRecord {
  const { name: queue, autoDelete, owner, arguments: queueArguments } = declaration;
  const declared = { vhost, queue, queueId, autoDelete, arguments: queueArguments };
  return isDurable(declaration) ? declared : { ...declared, transient: true, owner: owner ?? undefined };
}

/**
 * Deletes a queue with its bindings. Succeeds when it does not exist (RabbitMQ since 3.2). After all checks, and before
 * the queue's consumers are told, `onDelete` is called with the number of ready messages.
 */
export function deleteQueue(
  vhost: VirtualHost,
  name: string,
  owner: object | null,
  conditions: DeletionConditions,
  onDelete: (readyCount: number) => void,
  actor: Actor = INTERNAL,
): void {
  const queue = vhost.queues.get(name);
  if (queue === undefined) return onDelete(0);
  const phrase = vhost.queuePhrase(name);
  checkOwner(queue, owner, phrase);
  queue.serveConsumers();
  checkDeletionConditions(queue, conditions, phrase);
  // RabbitMQ reports no count for a stream.
  onDelete(queue.isStream ? 0 : queue.readyCount);
  removeQueue(vhost, queue, actor);
}

/** Deletes any queue, exclusive ones of other connections included. */
export function removeQueue(vhost: VirtualHost, queue: AnyQueue, actor: Actor = INTERNAL): void {
  if (queue.isDeleted) return;
  const deletion = new Deletion(vhost);
  deletion.queue(queue, actor);
  carryOut(deletion.changes, vhost.host);
}
