import type { Ranges } from "../ranges.ts";

/** Writes one object from front to back. */
export interface BlockWriter {
  /** Appends bytes, which must not change until it resolves. Rejects when they can't be written, as on a full disk. */
  write(bytes: Uint8Array): Promise<void>;
  /** Puts the object in its place, durable and whole, and in place of an older one of its name. */
  finish(): Promise<void>;
  /** Drops what was written. */
  abandon(): Promise<void>;
}

/**
 * A place for what stays long, such as pages of messages: named objects that are written once and read in ranges. An object
 * is there whole or not at all, whenever the process ends. Where another owner can take over, changes of the one before are
 * refused with `OutdatedWriterError`.
 */
export interface Blocks {
  /** Resolves to the names of all objects, in any order. Names of other things may be among them. */
  list(): Promise<string[]>;
  /** Begins to write an object. It is not there before {@linkcode BlockWriter.finish} has resolved. */
  put(name: string): Promise<BlockWriter>;
  /** Resolves to the length of an object, in bytes. Rejects when it is not there. */
  size(name: string): Promise<number>;
  /** Reads what is at an offset until `into` is full or the object ends, and resolves to how many bytes that were. */
  read(name: string, at: number, into: Uint8Array): Promise<number>;
  /** Removes an object; one that is not there counts as removed. It may be there again after the process has ended. */
  remove(name: string): Promise<void>;
  /** Resolves to the number of bytes that can still be written. */
  freeBytes(): Promise<number>;
  /** Resolves when nothing is under way. Nothing is asked for any more. */
  close(): Promise<void>;
}

/** Returns an object's bytes, to be read in ranges. */
export const rangesOf = (blocks: Blocks, name: string): Ranges => ({
  size: () => blocks.size(name),
  read: (at, into) => blocks.read(name, at, into),
});
