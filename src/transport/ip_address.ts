const IPV4_PATTERN = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
/** Number of 16-bit groups of an IPv6 address. */
const GROUPS = 8;

/** Formats an IP address of 4 or 16 bytes. An IPv4 address within an IPv6 one is written as IPv4. */
export function formatIpAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new RangeError(`An IP address has 4 or 16 bytes: received ${bytes.length}.`);
  const groups = Array.from({ length: GROUPS }, (_, at) => bytes[2 * at] << 8 | bytes[2 * at + 1]);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return bytes.subarray(12).join(".");
  // RFC 5952: the longest run of zeros, the first of several, becomes "::".
  const { at, length } = longestZeros(groups);
  const text = (from: number, to: number) => groups.slice(from, to).map((group) => group.toString(16)).join(":");
  return length < 2 ? text(0, GROUPS) : `${text(0, at)}::${text(at + length, GROUPS)}`;
}

function longestZeros(groups: readonly number[]): { at: number; length: number } {
  let longest = { at: 0, length: 0 };
  for (let at = 0; at < groups.length; at++) {
    let end = at;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - at > longest.length) longest = { at, length: end - at };
  }
  return longest;
}

/** Parses an IP address to 4 or 16 bytes. Returns `undefined` for any other text. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (IPV4_PATTERN.test(text)) return Uint8Array.from(text.split("."), Number);
  const halves = text.split("::");
  if (!text.includes(":") || halves.length > 2) return undefined;
  const [front, back] = halves.map(parseGroups);
  if (front === undefined || halves.length === 2 && back === undefined) return undefined;
  const missing = GROUPS - front.length - (back?.length ?? 0);
  if (back === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...front, ...new Array<number>(missing).fill(0), ...(back ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Parses groups of an IPv6 address between colons, of which the last may be an IPv4 address. */
function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    if (at === parts.length - 1 && IPV4_PATTERN.test(part)) {
      const [a, b, c, d] = part.split(".").map(Number);
      groups.push(a << 8 | b, c << 8 | d);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
