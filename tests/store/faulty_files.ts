import { DiskFullError, type File, type Files, type OpenOptions } from "../../src/store/files.ts";
import { type PendingWrite, type Random, SimulatedDisk, type SimulatedFile } from "./simulated_disk.ts";

export interface FaultyFilesOptions {
  /** Decides what survives a power loss. The same numbers make the same things happen. */
  readonly random: Random;
  /** Calls back when an operation is to resolve. Default: as a microtask. */
  readonly delay?: (callback: () => void) => void;
  /** Maximum size of all files together. In bytes. Default: no limit. */
  readonly capacityBytes?: number;
}

/** `create` is an `open` of a file that is not there yet. */
export interface Operation {
  readonly type:
    | "list"
    | "open"
    | "create"
    | "rename"
    | "remove"
    | "syncFolder"
    | "freeBytes"
    | "size"
    | "read"
    | "write"
    | "sync"
    | "close";
  /** Of the file; the old one for a rename; empty for the folder. */
  readonly name: string;
  /** Offset of a read or write in the file. */
  readonly at?: number;
  /** Number of bytes that are read or written. */
  readonly bytes?: number;
}

const MUTATING: ReadonlySet<Operation["type"]> = new Set(
  ["create", "rename", "remove", "syncFolder", "write", "sync"] as const,
);

/**
 * A disk on which power fails and operations do. An operation takes its effect when it is called, as far as programs see;
 * it is done, and covered by a later sync, when its promise resolves.
 */
export class FaultyFiles implements Files {
  readonly folder = "(simulated)";
  /** Can be changed at any time, to less than is used too. */
  capacityBytes: number;
  /** Called for every operation: what it returns is what the operation rejects with. */
  failure: (operation: Operation) => Error | undefined = () => undefined;
  /** Resolves when the operation was called that {@linkcode dieAfter} has chosen. */
  readonly died: Promise<void>;
  readonly #options: FaultyFilesOptions;
  readonly #disk: SimulatedDisk;
  readonly #delay: (callback: () => void) => void;
  readonly #counts = new Map<Operation["type"], number>();
  readonly #failures: { readonly type: Operation["type"]; readonly error: Error }[] = [];
  readonly #onDeath: () => void;
  #state: "running" | "hanging" | "gone" = "running";
  #mutations = 0;
  #lastMutation = Infinity;

  constructor(options: FaultyFilesOptions, disk: SimulatedDisk = new SimulatedDisk()) {
    this.#options = options;
    this.#disk = disk;
    this.#delay = options.delay ?? queueMicrotask;
    this.capacityBytes = options.capacityBytes ?? Infinity;
    ({ promise: this.died, resolve: this.#onDeath } = Promise.withResolvers<void>());
  }

  /** Number of calls of operations that change something, which {@linkcode dieAfter} counts. */
  get mutations(): number {
    return this.#mutations;
  }

  /** Returns the number of calls of a type of operation. */
  count(type: Operation["type"]): number {
    return this.#counts.get(type) ?? 0;
  }

  /**
   * The n-th operation from now that changes something never resolves, nor does anything after it or still under way. What
   * that operation does may survive in part.
   */
  dieAfter(operations: number): void {
    this.#lastMutation = this.#mutations + operations;
  }

  /** Makes the next operation of a type reject, after those of earlier calls. */
  failNext(type: Operation["type"], error: Error = new Error("Input/output error")): void {
    this.#failures.push({ type, error });
  }

  /** Takes back the failures of {@linkcode failNext} that have not happened. */
  mend(): void {
    this.#failures.length = 0;
  }

  /**
   * The power fails: returns what is there when it is back. Here everything that is called rejects, and what was under way
   * never resolves. Another call returns what else could have been there.
   */
  crash(): FaultyFiles {
    this.#state = "gone";
    return this.#successor(this.#disk.survivor(this.#options.random));
  }

  /** The program is killed, and the power stays: all effects are there, and a later power loss can still undo them. */
  kill(): FaultyFiles {
    this.#state = "gone";
    this.#disk.finishAll();
    return this.#successor(this.#disk);
  }

  list(): Promise<string[]> {
    return this.#run({ type: "list", name: "" }, () => [...this.#disk.files.keys()]);
  }

  open(name: string, { create = false, readOnly = false, synced = false }: OpenOptions = {}): Promise<File> {
    const isNew = create && !this.#disk.files.has(name);
    return this.#run({ type: isNew ? "create" : "open", name }, () => {
      const change = isNew ? this.#disk.create(name) : undefined;
      const content = this.#disk.files.get(name);
      if (content === undefined) throw new Error(`There is no file ${name}`);
      return { content, change };
    }, ({ change }) => {
      if (change !== undefined) change.isDone = true;
    }).then(({ content }) => this.#openFile(name, content, readOnly, synced));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#run(
      { type: "rename", name: from },
      () => this.#disk.rename(from, to),
      (change) => change.isDone = true,
    );
  }

  async remove(name: string): Promise<void> {
    await this.#run({ type: "remove", name }, () => this.#disk.remove(name), (change) => change.isDone = true);
  }

  async syncFolder(): Promise<void> {
    await this.#run(
      { type: "syncFolder", name: "" },
      () => this.#disk.doneChanges,
      (changes) => this.#disk.makeDurable(changes),
    );
  }

  freeBytes(): Promise<number> {
    return this.#run({ type: "freeBytes", name: "" }, () => this.#freeBytes());
  }

  #openFile(name: string, content: SimulatedFile, readOnly: boolean, synced: boolean): File {
    let isClosed = false;
    const run = <Value>(
      operation: Omit<Operation, "name">,
      effect: () => Value,
      finish?: (value: Value) => void,
      fail?: () => void,
    ): Promise<Value> =>
      isClosed
        ? Promise.reject(new Error(`${name} is closed`))
        : this.#run({ ...operation, name }, effect, finish, fail);
    return {
      size: () => run({ type: "size" }, () => content.size),
      read: async (at, into) => {
        const read = await run(
          { type: "read", at, bytes: into.length },
          () => content.read(at, into.length),
          (bytes) => into.set(bytes),
        );
        return read.length;
      },
      write: async (at, bytes) => {
        await run({ type: "write", at, bytes: bytes.length }, () => {
          if (readOnly) throw new Error(`${name} was opened to be read only`);
          return this.#write(name, content, at, bytes);
        }, (write) => {
          if (write === undefined) return;
          assertUnchanged(name, at, bytes, write);
          write.isDone = true;
          if (synced) content.makeDurable([write]);
        }, () => {
          // A write that fails may have done a part of what it was to do.
          const done = Math.floor(this.#options.random() * (bytes.length + 1));
          if (!readOnly) this.#write(name, content, at, bytes.subarray(0, Math.min(done, this.#room(content, at))));
        });
      },
      sync: () =>
        run({ type: "sync" }, () => content.doneWrites, (writes) => content.makeDurable(writes), () => {
          // As on Linux: a sync that has failed forgets what it could not write, and the next one succeeds without it.
          for (const write of content.doneWrites) write.isDone = false;
        }).then(() => {}),
      close: async () => {
        if (isClosed) return;
        const closed = run({ type: "close" }, () => {});
        isClosed = true;
        await closed;
      },
    };
  }

  #write(name: string, content: SimulatedFile, at: number, bytes: Uint8Array): PendingWrite | undefined {
    const fitting = bytes.subarray(0, this.#room(content, at));
    const write = fitting.length === 0 ? undefined : content.write(at, fitting);
    if (fitting.length < bytes.length) throw new DiskFullError(`There is no room to write ${name}`);
    return write;
  }

  /** Returns the number of bytes that can be written at an offset. */
  #room(content: SimulatedFile, at: number): number {
    return Math.max(0, content.size + this.#freeBytes() - at);
  }

  #freeBytes(): number {
    return Math.max(0, this.capacityBytes - this.#disk.usedBytes);
  }

  #run<Value>(
    operation: Operation,
    effect: () => Value,
    finish: (value: Value) => void = () => {},
    fail: () => void = () => {},
  ): Promise<Value> {
    if (this.#state === "gone") return Promise.reject(new Error("The power is off."));
    if (this.#state === "hanging") return new Promise(() => {});
    this.#counts.set(operation.type, this.count(operation.type) + 1);
    if (MUTATING.has(operation.type)) this.#mutations++;
    let outcome: () => Value;
    try {
      const error = this.#failureOf(operation);
      if (error !== undefined) {
        fail();
        throw error;
      }
      const value = effect();
      outcome = () => {
        finish(value);
        return value;
      };
    } catch (error) {
      outcome = () => {
        throw error;
      };
    }
    if (this.#mutations >= this.#lastMutation) {
      this.#state = "hanging";
      this.#onDeath();
    }
    return new Promise((resolve, reject) => {
      this.#delay(() => {
        if (this.#state !== "running") return;
        try {
          resolve(outcome());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #failureOf(operation: Operation): Error | undefined {
    const next = this.#failures.findIndex(({ type }) => type === operation.type);
    return next < 0 ? this.failure(operation) : this.#failures.splice(next, 1)[0].error;
  }

  #successor(disk: SimulatedDisk): FaultyFiles {
    return new FaultyFiles({ ...this.#options, capacityBytes: this.capacityBytes }, disk);
  }
}

/** A real disk may take the bytes at any time until the write is done. */
function assertUnchanged(name: string, at: number, bytes: Uint8Array, { imageAt, image }: PendingWrite): void {
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== image[at - imageAt + index]) {
      throw new Error(`The bytes for ${name} at ${at} were changed while they were being written`);
    }
  }
}
