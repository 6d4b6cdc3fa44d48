import { ByteWriter } from "../wire/byte_writer.ts";
import { EMPTY_FRAME_BYTES, FRAME_END, FRAME_METHOD, HEARTBEAT_FRAME, writeFrameHead } from "./frame.ts";
import type { Method, MethodCodec } from "./methods.ts";
import type { Node } from "../broker/node/node.ts";
import type { Deferred } from "../broker/turn/turn.ts";
import type { BufferPool } from "../transport/buffer_pool.ts";
import type { Transport } from "../transport/transport.ts";

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);
/** Somebody whose output waits for the peer to read. */
export interface Stalled {
  /** Called when the peer may be able to take more. */
  resume(): void;
}

/** Buffer in which methods are encoded one at a time, for all connections. */
const scratch = new ByteWriter(1024);

/**
 * The output of a connection. A turn's output is gathered in one buffer and leaves in one write; while a write is under
 * way the next output gathers.
 */
export class Output implements Deferred {
  /** Buffer for the next bytes, from {@linkcode length} on: valid after {@linkcode reserve}. */
  bytes: Uint8Array = NO_BYTES;
  /** The same memory. */
  view: DataView = NO_VIEW;
  length = 0;
  /** Number of bytes passed to the transport, heartbeats included. */
  writtenBytes = 0;
  /** Number of frames added. */
  frames = 0;

  readonly #node: Node;
  readonly #pool: BufferPool;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #highWaterBytes: number;
  readonly #isDoneWithWritten: boolean;
  #isInTurn = false;
  #isWriting = false;
  /** Number of replies that wait for the store, and all output with them. */
  #holds = 0;
  #isEnding = false;
  #isBroken = false;
  /** Those that were refused a delivery because the peer does not read fast enough. */
  #stalled: Stalled[] = [];
  #onRoom: (() => void)[] = [];
  #onEnded: () => void = () => {};
  /** Resolves when {@linkcode end} is done, or the transport has failed. */
  readonly ended: Promise<void> = new Promise((resolve) => this.#onEnded = resolve);

  constructor(node: Node, pool: BufferPool, transport: Transport, highWaterBytes: number) {
    this.#node = node;
    this.#pool = pool;
    this.#writer = transport.writable.getWriter();
    this.#isDoneWithWritten = transport.isDoneWithWritten ?? false;
    this.#writer.closed.catch(() => this.#break());
    this.#highWaterBytes = highWaterBytes;
  }

  /** True when deferrable output should wait: too much is unread, or the peer will never read. */
  get isFull(): boolean {
    return this.length >= this.#highWaterBytes || this.#isBroken;
  }

  /** True while the transport takes a write. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** True when everything has been written. */
  get isIdle(): boolean {
    return this.length === 0 && !this.#isWriting;
  }

  /**
   * Makes room for `count` bytes and returns where it begins, which is {@linkcode length}. The bytes are written when
   * the turn ends.
   */
  reserve(count: number): number {
    const start = this.length;
    const needed = start + count;
    if (needed > this.bytes.length) this.#grow(needed);
    if (!this.#isInTurn) {
      this.#isInTurn = true;
      this.#node.turn.addOutput(this);
    }
    return start;
  }

  #grow(needed: number): void {
    const old = this.bytes;
    const grown = this.#pool.take(Math.max(needed, old.length * 2));
    grown.set(old.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
    if (old.length > 0) this.#pool.give(old);
  }

  /** Adds bytes unchanged. */
  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
    this.length = at + bytes.length;
  }

  /** Adds a heartbeat, ahead of output that waits for the store: the wait must not look like silence to the peer. */
  heartbeat(): void {
    this.frames++;
    if (this.#holds === 0 || this.#isWriting || this.#isBroken) this.raw(HEARTBEAT_FRAME);
    else this.#writeHeartbeat();
  }

  /** Adds a method frame. */
  method(codec: MethodCodec, channel: number, method: Method): void {
    scratch.length = 0;
    codec.encode(scratch, method);
    const payload = scratch.written();
    const size = payload.length;
    const start = this.reserve(size + EMPTY_FRAME_BYTES);
    const at = writeFrameHead(this.view, start, FRAME_METHOD, channel, size);
    this.bytes.set(payload, at);
    this.bytes[at + size] = FRAME_END;
    this.length = start + size + EMPTY_FRAME_BYTES;
    this.frames++;
  }

  /** Holds all further output until the store has a record, which the next reply promises. */
  holdUntilDurable(record: number): void {
    if (this.#node.store.durable >= record) return;
    this.#holds++;
    this.#node.whenDurable(record, () => {
      this.#holds--;
      this.#startWriting();
    });
  }

  /** Notes somebody who was refused because of {@linkcode isFull}, to resume them. */
  stall(stalled: Stalled): void {
    if (!this.#isBroken) this.#stalled.push(stalled);
  }

  /** Resolves when the output is no longer full. */
  whenRoom(): Promise<void> {
    return this.isFull && !this.#isBroken ? new Promise((resolve) => this.#onRoom.push(resolve)) : Promise.resolve();
  }

  /** Closes the transport's writing side once everything has been written. Later output is dropped. */
  end(): void {
    this.#isEnding = true;
    this.#startWriting();
  }

  /** Drops what has not been written, and does not wait for the peer. */
  abort(): void {
    this.#break();
    this.#writer.abort().catch(() => {});
  }

  finishTurn(): void {
    this.#isInTurn = false;
    if (this.#isBroken) this.length = 0;
    this.#startWriting();
  }

  #startWriting(): void {
    if (!this.#isWriting && this.#holds === 0) this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.length > 0 && this.#holds === 0 && !this.#isBroken) {
        const buffer = this.bytes;
        const length = this.length;
        this.bytes = NO_BYTES;
        this.length = 0;
        // Those that waited for room find it now, and their output gathers while this is written.
        this.#makeRoom();
        await this.#writer.write(this.#isDoneWithWritten ? buffer.subarray(0, length) : buffer.slice(0, length));
        this.writtenBytes += length;
        this.#pool.give(buffer);
      }
      if (this.#isEnding && this.#holds === 0 && !this.#isBroken) {
        this.#isBroken = true;
        await this.#writer.close();
        this.#onEnded();
      }
    } catch {
      this.#break();
    }
    this.#isWriting = false;
    this.#makeRoom();
  }

  async #writeHeartbeat(): Promise<void> {
    this.#isWriting = true;
    try {
      await this.#writer.write(HEARTBEAT_FRAME.slice());
      this.writtenBytes += HEARTBEAT_FRAME.length;
    } catch {
      this.#break();
    }
    this.#isWriting = false;
    this.#startWriting();
  }

  /** Drops all output, as the transport takes no more; its reading side reports that to the connection. */
  #break(): void {
    this.#isBroken = true;
    this.length = 0;
    this.#onEnded();
    this.#makeRoom();
  }

  #makeRoom(): void {
    if (this.isFull && !this.#isBroken) return;
    const onRoom = this.#onRoom;
    if (onRoom.length > 0) {
      this.#onRoom = [];
      for (const resolve of onRoom) resolve();
    }
    const stalled = this.#stalled;
    if (stalled.length > 0 && !this.#isBroken) {
      this.#stalled = [];
      for (const one of stalled) one.resume();
      this.#node.endTurn();
    }
  }
}
