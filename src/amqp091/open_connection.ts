import type { ChannelError, MethodId } from "../wire/error.ts";
import type { Session } from "../broker/session/session.ts";
import type { AmqpChannel } from "./channel/channel.ts";
import type { MethodCodec } from "./methods.ts";
import type { Output } from "./output.ts";

/** What a connection is to its channels, from `connection.open` on. */
export interface OpenConnection {
  readonly session: Session;
  readonly output: Output;
  readonly codec: MethodCodec;
  /** As agreed with the peer, in bytes; 0 is any size. */
  readonly frameMax: number;
  /** Whether the client wants to be told when the server ends a consumer. */
  readonly wantsCancelNotify: boolean;
  /** Notes that a message begins to come; while an alarm is on, no more is read of it until that is over. */
  beginToPublish(): void;
  /** Closes a channel, or the connection, for an error: that of a method, if there is one that is the cause of it. */
  fail(channel: number, error: ChannelError, method?: MethodId): void;
  /** Goes on with a channel that has waited, in a turn of its own: with `resume`, and then with the frames that it held. */
  resume(channel: AmqpChannel, resume: () => void): void;
}
