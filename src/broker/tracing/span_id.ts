import type { MessageContent } from "../../store/message_content.ts";
import type { TraceContext } from "./trace_context.ts";

/** Number of bytes at both ends of a body that its span's id depends on. */
const BODY_BYTES = 128;

/**
 * Returns the id of the span in which a message was published, made from the message: so the spans of its deliveries can
 * name it as their parent, though nothing is kept beside the message. Headers don't count, as redelivery may add some.
 */
export function publishSpanId({ spanId }: TraceContext, message: MessageContent): string {
  const { bytes, offset, addressBytes, headerBytes, bodyBytes, time } = message;
  const hash = new Hash();
  for (let i = 0; i < spanId.length; i++) hash.add(spanId.charCodeAt(i));
  hash.add(time >>> 0);
  hash.add(bodyBytes);
  for (let i = 0; i < addressBytes; i++) hash.add(bytes[offset + i]);
  const body = offset + addressBytes + headerBytes;
  const head = Math.min(bodyBytes, BODY_BYTES);
  for (let i = 0; i < head; i++) hash.add(bytes[body + i]);
  for (let i = Math.max(head, bodyBytes - BODY_BYTES); i < bodyBytes; i++) hash.add(bytes[body + i]);
  return hash.digest();
}

/** Two multiplicative hashes of 32 bits, which have nothing to resist but chance. */
class Hash {
  #low = 0xdeadbeef;
  #high = 0x41c6ce57;

  add(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 2_654_435_761);
    this.#high = Math.imul(this.#high ^ value, 1_597_334_677);
  }

  /** Returns 16 hexadecimal digits, which are not all zero. */
  digest(): string {
    const low = Math.imul(this.#low ^ this.#low >>> 16, 2_246_822_507) ^
      Math.imul(this.#high ^ this.#high >>> 13, 3_266_489_909);
    const high = Math.imul(this.#high ^ this.#high >>> 16, 2_246_822_507) ^ Math.imul(low ^ low >>> 13, 3_266_489_909);
    return hexOf(high) + hexOf(low | 1);
  }
}

const hexOf = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
