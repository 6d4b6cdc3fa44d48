import type { Access, Peer, User } from "../access/access.ts";
import type { ChannelError, MethodId } from "../wire/error.ts";
import type { MethodCodec } from "./methods.ts";
import type { TracedPeer } from "../broker/tracing/firehose.ts";
import type { Node } from "../broker/node/node.ts";
import type { Target } from "../broker/routing/target.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import type { ChannelTick } from "./channel/channel_tick.ts";
import type { Confirms } from "./channel/confirms.ts";
import type { Log } from "./log.ts";
import type { ConnectionOptions } from "./options.ts";
import type { Output } from "./output.ts";

/** What a connection is to its channels, from `connection.open` on. */
export interface Session {
  /** `peer -> local`, as RabbitMQ names connections. */
  readonly connectionName: string;
  readonly node: Node;
  readonly access: Access;
  readonly user: User;
  readonly peer: Peer;
  readonly vhost: VirtualHost;
  readonly options: ConnectionOptions;
  readonly output: Output;
  readonly channelTick: ChannelTick;
  readonly codec: MethodCodec;
  /** As agreed with the peer, in bytes; 0 is any size. */
  readonly frameMax: number;
  /** Whether the client wants to be told when the server ends a consumer. */
  readonly wantsCancelNotify: boolean;
  readonly log: Log;
  /** Whether a message or a part of one came since this was last looked at. */
  hasPublished: boolean;
  /** Notes that a message begins to come; while an alarm is on, no more is read of it until that is over. */
  beginToPublish(): void;
  /** A queue that was published to and whose consumers may need time to catch up. */
  behindQueue: Target | undefined;
  /** Who owns the exclusive queues that are declared. */
  readonly owner: object;
  /** A part of a name that nobody else has: 22 characters that any name may have. */
  uniqueName(): string;
  /** Has a channel's publishes confirmed when all that the peer has sent is done. */
  confirmAtTurnEnd(confirms: Confirms): void;
  /** Closes a channel for something that no method is the cause of. */
  failChannel(channel: number, error: ChannelError): void;
  /** Handles no more frames until messages are read, and goes on with a method of a channel then. */
  resumeWhen(read: Promise<void>, channel: number, method: MethodId, resume: () => void): void;
}

/** Who is on a channel, as traces tell it. */
export function tracedPeer({ connectionName, user }: Session, channel: number): TracedPeer {
  return { connection: connectionName, channel, user: user.name };
}
