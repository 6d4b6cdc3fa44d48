import type { AddressedMessage } from "../broker/session/outgoing_message.ts";
import { bodySizeOf, destinationOf, MessageSender } from "../broker/session/message_sender.ts";
import { resourceError } from "../wire/error.ts";
import type { Program } from "./program.ts";

/** Maximum number of messages in a transaction, and the maximum size of their bodies. In bytes. */
const MESSAGES_MAX = 100_000;
const MESSAGES_MAX_BYTES = 64 * 1024 * 1024;
const ANYWHERE = destinationOf("", "");

/** Messages that are published together, or not at all (RabbitMQ: AMQP Transactions). */
export class EmbeddedTransaction {
  readonly #messages: AddressedMessage[] = [];
  #bytes = 0;

  /**
   * Adds a message, which must not be changed until the transaction is over. Throws `ConnectionError` 506 beyond 100,000
   * messages or 64 MiB.
   */
  publish(message: AddressedMessage): void {
    this.#bytes += bodySizeOf(message);
    if (this.#messages.length >= MESSAGES_MAX || this.#bytes > MESSAGES_MAX_BYTES) {
      throw resourceError(`a transaction takes ${MESSAGES_MAX} messages and ${MESSAGES_MAX_BYTES} bytes at most`);
    }
    this.#messages.push(message);
  }

  /** The messages of the transaction. */
  get messages(): readonly AddressedMessage[] {
    return this.#messages;
  }
}

/** Runs a function, and publishes what it adds to a transaction. Resolves when that is safe. */
export async function runTransaction(
  program: Program,
  fill: (transaction: EmbeddedTransaction) => void | Promise<void>,
): Promise<void> {
  const { node } = program;
  const transaction = new EmbeddedTransaction();
  await fill(transaction);
  while (node.blockedReason !== undefined) await node.whenUnblocked();
  if (node.store.isBehind) await node.whenCaughtUp();
  const channel = program.openChannel();
  try {
    channel.selectTransactions();
    const sender = new MessageSender(channel);
    for (const message of transaction.messages) sender.send(message, ANYWHERE, false);
    const isTaken = await new Promise<boolean>((resolve) => {
      channel.commit(resolve);
      program.turns.now();
    });
    if (!isTaken) throw resourceError("a queue refused a message of the transaction");
  } finally {
    program.closeChannel(channel);
  }
}
