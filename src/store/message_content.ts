/** A message's place in memory: address (exchange and routing key as short strings), content header and body. */
export interface MessageContent {
  bytes: Uint8Array;
  offset: number;
  addressBytes: number;
  headerBytes: number;
  bodyBytes: number;
  /** Time at which the broker took it, in milliseconds since 1970; 0 where that is not kept. */
  time: number;
  /** True when the broker has dead-lettered it, so that its `x-death` header is the broker's own. */
  hasDied: boolean;
}

/** A message to be appended. */
export interface MessageBytes extends MessageContent {
  /** The same memory as `bytes`. */
  view: DataView;
}
