/** Number of bytes that become characters in one call. */
const PART_BYTES = 8192;

/** Returns bytes as base64, which not all runtimes do by themselves. */
export function base64Of(bytes: Uint8Array): string {
  let characters = "";
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    characters += String.fromCharCode(...bytes.subarray(at, at + PART_BYTES));
  }
  return btoa(characters);
}
