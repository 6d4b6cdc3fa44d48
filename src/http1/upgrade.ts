import type { Transport } from "../transport/transport.ts";
import type { RequestHead } from "./request_head.ts";

/** A request that may begin another protocol (RFC 9110 §7.8). */
export interface UpgradeRequest extends Pick<RequestHead, "method" | "isHttp11" | "headers"> {
  readonly url: string;
}

/** A change to another protocol. */
export interface Upgrade {
  /** Headers of the answer 101. */
  readonly headers: Readonly<Record<string, string>>;
  /** Takes the connection over behind the answer, with the bytes that came after the request. Must not throw. */
  start(transport: Transport, received: Uint8Array): void;
}

/**
 * Returns what a request changes to, or an answer to a request that may not; `undefined` for requests that other
 * handlers answer. Must not reject.
 */
export type HttpUpgrade = (
  request: UpgradeRequest,
  transport: Transport,
) => Promise<Upgrade | Response | undefined> | undefined;
