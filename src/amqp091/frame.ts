/** Types of frames. A frame is type (1), channel (2), payload size (4), payload, end octet (1) (AMQP 0-9-1 §4.2.3). */
export const FRAME_METHOD = 1;
export const FRAME_HEADER = 2;
export const FRAME_BODY = 3;
export const FRAME_HEARTBEAT = 8;

export const FRAME_HEADER_BYTES = 7;
export const FRAME_END = 0xce;
/** Size of a frame without payload. In bytes. */
export const EMPTY_FRAME_BYTES = 8;

/** Smallest frame_max that peers may agree on (AMQP 0-9-1 §4.2.3). In bytes. */
export const FRAME_MIN_SIZE = 4096;

/** A heartbeat, which has no payload and comes on channel 0 (AMQP 0-9-1 §4.2.3). */
export const HEARTBEAT_FRAME: Uint8Array = Uint8Array.of(FRAME_HEARTBEAT, 0, 0, 0, 0, 0, 0, FRAME_END);

/** Writes a frame up to its payload. Returns where the payload begins. */
export function writeFrameHead(
  target: DataView,
  at: number,
  type: number,
  channel: number,
  payloadBytes: number,
): number {
  // The fourth byte is the size's.
  target.setInt32(at, type << 24 | channel << 8);
  target.setInt32(at + 3, payloadBytes);
  return at + FRAME_HEADER_BYTES;
}
