import { type Phrase, phrase } from "../../phrase/phrase.ts";
import { type BlockHead, isBlockWhole, readBlockHead, StoredBlock } from "../block.ts";
import type { Crc32 } from "../crc32.ts";
import { viewOf } from "../record.ts";
import type { IndexEntry } from "../segment.ts";

/** All messages are wanted. */
const ALL = { has: () => true };

/** The messages of a block in a file's content. */
export function blockOf(
  bytes: Uint8Array,
  head: BlockHead & { readonly offset: number },
  wanted: { has(position: number): boolean },
): StoredBlock {
  return new StoredBlock(bytes.subarray(head.offset, head.offset + head.bytes), head, wanted);
}

/** Returns the fault of a block, compared with its entry in the index of its segment; `undefined` for none. */
export function blockProblem(bytes: Uint8Array, entry: IndexEntry, crc32: Crc32): Phrase | undefined {
  const { offset, bytes: length } = entry;
  if (offset + length > bytes.length) return phrase`the file ends before a block does`;
  const view = viewOf(bytes);
  if (!isBlockWhole(bytes, view, offset, length, crc32)) return phrase`the checksum of a block is wrong`;
  const head = readBlockHead(view, offset)!;
  const found = { first: -1, last: -1, count: 0, bodyBytes: 0, firstTime: 0, lastTime: 0 };
  for (const block = blockOf(bytes, entry, ALL); block.next(); found.count++) {
    if (found.count === 0) [found.first, found.firstTime] = [block.position, block.time];
    found.last = block.position;
    if (block.time !== 0) found.lastTime = block.time;
    found.bodyBytes += block.bodyBytes;
  }
  const isAsIndexed = head.queueId === entry.queueId &&
    (Object.keys(found) as (keyof typeof found)[]).every((key) => found[key] === entry[key]);
  return isAsIndexed ? undefined : phrase`a block is not what the index says`;
}
