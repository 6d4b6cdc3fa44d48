import { RECORD, RECORD_HEAD_BYTES, recordBytes, setRecordHead } from "./record.ts";

/** Returns the size of a record of added and removed segments. In bytes. */
export function segmentsRecordBytes(addedCount: number, removedCount: number): number {
  return RECORD_HEAD_BYTES + 4 + 4 * (addedCount + removedCount);
}

/** Writes a record of segments that came and are gone, for which there must be room. */
export function writeSegmentsRecord(
  view: DataView,
  at: number,
  added: readonly number[],
  removed: readonly number[],
): void {
  setRecordHead(view, at, segmentsRecordBytes(added.length, removed.length), RECORD.segments);
  view.setUint32(at + RECORD_HEAD_BYTES, added.length, true);
  let to = at + RECORD_HEAD_BYTES + 4;
  for (const id of [...added, ...removed]) {
    view.setUint32(to, id, true);
    to += 4;
  }
}

/** Calls back with each segment in a record: the ones that came first. */
export function readSegmentsRecord(
  view: DataView,
  at: number,
  each: (id: number, isAdded: boolean) => void,
): void {
  const addedCount = view.getUint32(at + RECORD_HEAD_BYTES, true);
  const end = at + recordBytes(view, at);
  for (let from = at + RECORD_HEAD_BYTES + 4, i = 0; from < end; from += 4, i++) {
    each(view.getUint32(from, true), i < addedCount);
  }
}
