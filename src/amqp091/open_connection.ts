import type { ChannelError, MethodId } from "../wire/error.ts";
import type { Session } from "../broker/session/session.ts";
import type { AmqpChannel } from "./channel/channel.ts";
import type { FrameReader } from "./frame_reader.ts";
import type { MethodCodec } from "./methods.ts";
import type { Output } from "./output.ts";

/** A connection as its channels see it, from `connection.open` on. */
export interface OpenConnection {
  readonly session: Session;
  readonly output: Output;
  readonly codec: MethodCodec;
  readonly frames: FrameReader;
  /** Largest frame, as agreed with the peer. In bytes; 0 is any size. */
  readonly frameMax: number;
  /** True when the client has the capability `consumer_cancel_notify`. */
  readonly wantsCancelNotify: boolean;
  /** Notes the start of a publish; during an alarm the rest of it is read only after the alarm ends. */
  beginToPublish(): void;
  /** Closes a channel, or the connection, with an error, and names the method that caused it, if any. */
  fail(channel: number, error: ChannelError, method?: MethodId): void;
  /**
   * Continues a channel that has waited, in a turn of its own: calls `resume`, and then handles the held frames. An error of
   * `resume` names `method`.
   */
  resume(channel: AmqpChannel, method: MethodId, resume: () => void): void;
}
