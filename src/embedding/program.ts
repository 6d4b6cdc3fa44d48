import { FULL_ACCESS, type User } from "../access/access.ts";
import type { Node } from "../broker/node/node.ts";
import { INTERNAL_USER } from "../broker/events/events.ts";
import { type Channel, type ChannelSink, SILENT } from "../broker/session/channel.ts";
import { openInternal } from "../broker/session/internal_session.ts";
import type { OutgoingMessage } from "../broker/session/outgoing_message.ts";
import type { PublishReceipt } from "../broker/session/publish_receipt.ts";
import { destinationOf } from "../broker/session/message_sender.ts";
import { ReceiptPublisher } from "../broker/session/receipt_publisher.ts";
import type { Session } from "../broker/session/session.ts";
import { CallTurns } from "../broker/turn/call_turns.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { type ConnectionError, connectionForced, preconditionFailed } from "../wire/error.ts";
import type { BasicProperties } from "../wire/properties.ts";
import { Requests } from "./requests.ts";

const PROGRAM: User = { name: INTERNAL_USER, tags: ["impersonator"] };

/** The program that embeds the broker, as a client of one virtual host, without a login or a connection. */
export class Program {
  readonly node: Node;
  readonly session: Session;
  readonly turns: CallTurns;
  /** Publishes everything of the program in this virtual host, so that receipts are settled in order. */
  readonly publisher: ReceiptPublisher;
  /** Its consumers, which end with it. */
  readonly consumers = new Set<{ close(): void }>();
  #fetching: Channel | undefined;
  #requests: Requests | undefined;
  #isClosed = false;

  constructor(node: Node, vhost: VirtualHost) {
    this.node = node;
    this.session = openInternal(node, {
      name: "embedded",
      protocol: "embedded",
      user: PROGRAM,
      vhost,
      peer: { isLoopback: true },
      access: FULL_ACCESS,
      options: { consumerTimeoutMs: false },
    });
    this.turns = new CallTurns(node);
    this.publisher = new ReceiptPublisher(this.session, this.turns);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Opens a channel; its events go to the methods that `sink` has. Throws CONNECTION_FORCED once the program is closed. */
  openChannel(sink: Partial<ChannelSink> = {}): Channel {
    if (this.#isClosed) throw connectionForced(`virtual host '${this.session.vhost.name}' is closed for the program`);
    return this.session.openChannel(0, { ...SILENT, ...sink });
  }

  closeChannel(channel: Channel): void {
    channel.close();
    this.turns.soon();
  }

  /** The channel of messages that were fetched one by one. */
  get fetching(): Channel {
    return this.#fetching ??= this.openChannel();
  }

  get requests(): Requests {
    return this.#requests ??= new Requests(this);
  }

  /** Runs a command at once, in a turn of its own. */
  command<Result>(command: (session: Session) => Result): Result {
    if (this.#isClosed) throw connectionForced(`virtual host '${this.session.vhost.name}' is closed for the program`);
    try {
      return command(this.session);
    } finally {
      this.turns.now();
    }
  }

  /** Publishes a reply to a message with these properties. */
  reply(to: BasicProperties, message: OutgoingMessage | Uint8Array | string): PublishReceipt {
    if (to.replyTo === undefined) throw preconditionFailed("the message asks for no reply: it has no reply-to");
    const answer = typeof message === "string" || message instanceof Uint8Array ? { body: message } : message;
    const properties = { correlationId: to.correlationId, ...answer.properties };
    return this.publisher.publish({ ...answer, properties }, destinationOf("", to.replyTo, true));
  }

  /** Ends all consumers, publishers and requests, and deletes exclusive queues. */
  close(error: ConnectionError): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.publisher.close(error);
    this.#requests?.close(error);
    for (const consumer of this.consumers) consumer.close();
    this.session.close();
    this.turns.now();
    this.turns.close();
  }
}
