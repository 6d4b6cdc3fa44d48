/** Status codes of a close (RFC 6455 §7.4.1). */
export const CLOSE_CODES = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  /** Stands for a close without a code, and is never sent. */
  noStatus: 1005,
  invalidPayload: 1007,
  tooBig: 1009,
  tryAgainLater: 1013,
} as const;

/** The end of a WebSocket, as a peer has asked for it or made it necessary. */
export interface Close {
  readonly code: number;
  /** A clause in English; empty when there is none. */
  readonly reason: string;
  /** True when the peer has closed, and not broken a rule. */
  readonly isByPeer: boolean;
}

/** A violation of the protocol by a peer. */
export const violation = (code: number, reason: string): Close => ({ code, reason, isByPeer: false });

/** A WebSocket that had to be ended because of its peer. */
export class WebSocketError extends Error {
  override name = "WebSocketError";
  readonly code: number;

  constructor({ code, reason }: Close) {
    super(`WebSocket closed with ${code}: ${reason}`);
    this.code = code;
  }
}

/** Length of a close frame's reason behind its code. In bytes. */
const REASON_MAX_BYTES = 123;

/** Reads the payload of a close frame. */
export function readClose(payload: Uint8Array): Close {
  if (payload.length === 0) return { code: CLOSE_CODES.noStatus, reason: "", isByPeer: true };
  if (payload.length === 1) return violation(CLOSE_CODES.protocolError, "a close frame has half a code");
  const code = payload[0] << 8 | payload[1];
  if (!mayBeSent(code)) return violation(CLOSE_CODES.protocolError, `a close frame has the code ${code}`);
  try {
    const reason = new TextDecoder("utf-8", { fatal: true }).decode(payload.subarray(2));
    return { code, reason, isByPeer: true };
  } catch {
    return violation(CLOSE_CODES.invalidPayload, "the reason of a close frame is not UTF-8");
  }
}

/** Makes the payload of a close frame. */
export function closePayload(code: number, reason = ""): Uint8Array {
  if (code === CLOSE_CODES.noStatus) return new Uint8Array(0);
  const text = new TextEncoder().encode(reason).subarray(0, REASON_MAX_BYTES);
  return Uint8Array.of(code >> 8, code & 0xff, ...text);
}

const mayBeSent = (code: number): boolean =>
  code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006 || code >= 3000 && code <= 4999;
