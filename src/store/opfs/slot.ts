import { crc32 } from "../crc32.ts";
import { DiskFullError } from "../files.ts";
import { openSyncAccess, type OpfsFolder, type SyncAccessHandle, whileInUse } from "./opfs.ts";

/** Size of what is before a slot's content, a page so that this is aligned. In bytes. */
const CONTENT_AT = 4096;
/** Size of what a head has: a sector, which a disk writes as a whole. In bytes. */
const HEAD_BYTES = 512;
const MAGIC = "HAREMQOP";
const CRC_AT = 8;
const SEQUENCE_AT = 12;
const NAME_LENGTH_AT = 20;
const NAME_AT = 22;
/** Maximum length of a file's name. In bytes of UTF-8. */
export const NAME_BYTES_MAX = HEAD_BYTES - NAME_AT;

const PREFIX = "slot-";
const slotFileName = (number: number): string => `${PREFIX}${number}`;
/** The number in the name of a slot's file; `undefined` for any other name. */
export function slotNumber(fileName: string): number | undefined {
  const number = Number(fileName.slice(PREFIX.length));
  return slotFileName(number) === fileName ? number : undefined;
}

/** What the head of a slot says: a file's name, that the slot is free, or nothing that can be read. */
export type Head = { readonly name: string; readonly sequence: number } | "free" | "broken";

/**
 * One file of the origin private file system, which holds one of our files or is free. Its head says which one, so that
 * names are as durable as contents: the browser does not sync the names that it keeps.
 */
export class Slot {
  readonly number: number;
  /** Name of our file. Absent when the slot is free, or its file was removed. */
  name: string | undefined;
  readonly #folder: OpfsFolder;
  #access: Promise<SyncAccessHandle> | undefined;
  #userCount = 0;

  constructor(folder: OpfsFolder, number: number) {
    this.#folder = folder;
    this.number = number;
  }

  /** True when the next {@linkcode release} closes the slot. */
  get hasOneUser(): boolean {
    return this.#userCount === 1;
  }

  /** Opens the slot, or shares it with those who have it open. Each call has its {@linkcode release}. */
  async acquire(): Promise<SyncAccessHandle> {
    this.#userCount++;
    try {
      return await (this.#access ??= this.#open());
    } catch (error) {
      this.#userCount--;
      this.#access = undefined;
      throw error;
    }
  }

  async #open(): Promise<SyncAccessHandle> {
    return await openSyncAccess(await this.#folder.getFileHandle(slotFileName(this.number), { create: true }));
  }

  /** Closes the slot once nobody has it open. */
  release(access: SyncAccessHandle): void {
    if (--this.#userCount > 0) return;
    this.#access = undefined;
    access.close();
  }

  /** Removes the slot's file. */
  async remove(): Promise<void> {
    await whileInUse(() => this.#folder.removeEntry(slotFileName(this.number)));
  }
}

/** Reads the head of a slot. */
export function readHead(access: SyncAccessHandle): Head {
  const bytes = new Uint8Array(HEAD_BYTES);
  access.read(bytes, { at: 0 });
  if (bytes.every((byte) => byte === 0)) return "free";
  const view = new DataView(bytes.buffer);
  if (new TextDecoder().decode(bytes.subarray(0, CRC_AT)) !== MAGIC) return "broken";
  if (crc32(bytes.subarray(SEQUENCE_AT)) !== view.getUint32(CRC_AT, true)) return "broken";
  const name = new TextDecoder().decode(bytes.subarray(NAME_AT, NAME_AT + view.getUint16(NAME_LENGTH_AT, true)));
  return { name, sequence: view.getFloat64(SEQUENCE_AT, true) };
}

/** Gives a slot's file its name, durably. Of two slots with one name that with the higher sequence holds the file. */
export function writeHead(access: SyncAccessHandle, name: string, sequence: number): void {
  const bytes = new Uint8Array(HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  const encoded = new TextEncoder().encode(name);
  new TextEncoder().encodeInto(MAGIC, bytes);
  view.setFloat64(SEQUENCE_AT, sequence, true);
  view.setUint16(NAME_LENGTH_AT, encoded.length, true);
  bytes.set(encoded, NAME_AT);
  view.setUint32(CRC_AT, crc32(bytes.subarray(SEQUENCE_AT)), true);
  writeAll(access, bytes, 0);
  access.flush();
}

/** Takes a slot's name away, durably. */
export function clearHead(access: SyncAccessHandle): void {
  if (access.getSize() === 0) return;
  writeAll(access, new Uint8Array(HEAD_BYTES), 0);
  access.flush();
}

/** Removes a slot's content, durably, so that the next file does not begin with it. */
export function empty(access: SyncAccessHandle): void {
  if (access.getSize() === 0) return;
  access.truncate(0);
  access.flush();
}

/** Returns the size of a slot's content. In bytes. */
export function contentSize(access: SyncAccessHandle): number {
  return Math.max(0, access.getSize() - CONTENT_AT);
}

/** Reads content from an offset on. Returns the number of bytes, fewer than asked for where the content ends. */
export function readContent(access: SyncAccessHandle, at: number, into: Uint8Array): number {
  if (into.length === 0 || at >= contentSize(access)) return 0;
  return access.read(into, { at: CONTENT_AT + at });
}

/** Writes content at an offset. Throws {@linkcode DiskFullError} when the quota of the origin is used up. */
export function writeContent(access: SyncAccessHandle, at: number, bytes: Uint8Array): void {
  if (bytes.length > 0) writeAll(access, bytes, CONTENT_AT + at);
}

function writeAll(access: SyncAccessHandle, bytes: Uint8Array, at: number): void {
  for (let written = 0; written < bytes.length;) {
    const rest = bytes.subarray(written);
    const count = writeSome(access, rest, at + written);
    if (count === 0) throw new DiskFullError(NO_ROOM);
    written += count;
  }
}

const NO_ROOM = "The browser gives this page no more room to write";

function writeSome(access: SyncAccessHandle, bytes: Uint8Array, at: number): number {
  try {
    return access.write(bytes, { at });
  } catch (error) {
    throw (error as Error).name === "QuotaExceededError" ? new DiskFullError(NO_ROOM, { cause: error }) : error;
  }
}
