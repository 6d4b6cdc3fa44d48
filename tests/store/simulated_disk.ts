/** From 0 on and below 1. */
export type Random = () => number;

/** Size of what a disk writes whole or not at all. In bytes. */
export const SECTOR_BYTES = 512;

/** A write that a power loss may still undo, or part of. */
export interface PendingWrite {
  readonly number: number;
  /** Offset of the first sector that it touched. */
  readonly imageAt: number;
  /** Content of the touched sectors right after it: a sector goes to the disk with all earlier writes to it. */
  readonly image: Uint8Array;
  /** Offset of its end. */
  readonly end: number;
  /** True when the writer has been told, so that a later sync covers it. */
  isDone: boolean;
}

/** A file as programs see it, and as it is on the disk. */
export class SimulatedFile {
  size = 0;
  #content = new Uint8Array(0);
  #durableSize = 0;
  #durable = new Uint8Array(0);
  #pending: PendingWrite[] = [];
  #lastNumber = 0;
  /** By sector, the number of the last write to it that can't be undone any more. */
  readonly #durableNumbers = new Map<number, number>();

  static of(content: Uint8Array): SimulatedFile {
    const file = new SimulatedFile();
    file.size = file.#durableSize = content.length;
    file.#content = grown(content, content.length);
    file.#durable = file.#content.slice();
    return file;
  }

  read(at: number, count: number): Uint8Array {
    return this.#content.slice(at, Math.min(at + count, this.size));
  }

  write(at: number, bytes: Uint8Array): PendingWrite {
    const end = at + bytes.length;
    this.#content = grown(this.#content, end);
    this.#content.set(bytes, at);
    this.size = Math.max(this.size, end);
    const imageAt = at - at % SECTOR_BYTES;
    const image = this.#content.slice(imageAt, sectorsEnd(end));
    const write = { number: ++this.#lastNumber, imageAt, image, end, isDone: false };
    this.#pending.push(write);
    return write;
  }

  get doneWrites(): PendingWrite[] {
    return this.#pending.filter((write) => write.isDone);
  }

  /** The program ended, and the system lives on: what was written counts as such. */
  finishAll(): void {
    for (const write of this.#pending) write.isDone = true;
  }

  makeDurable(writes: readonly PendingWrite[]): void {
    const chosen = new Set(writes);
    for (const write of this.#pending) {
      if (!chosen.has(write)) continue;
      this.#durable = grown(this.#durable, write.end);
      this.#durableSize = Math.max(this.#durableSize, write.end);
      for (const sector of sectorsOf(write)) {
        if (this.#isDurable(sector, write)) continue;
        this.#durable.set(imageOf(sector, write), sector * SECTOR_BYTES);
        this.#durableNumbers.set(sector, write.number);
      }
    }
    this.#pending = this.#pending.filter((write) => !chosen.has(write));
    if (this.#pending.length === 0) this.#durableNumbers.clear();
  }

  /** Returns the rest after a power loss: every sector as it was at some time since it was last made durable. */
  survivor(random: Random): SimulatedFile {
    const share = chance(random);
    const size = this.#survivingSize(random, share);
    const content = grown(this.#durable.slice(0, sectorsEnd(Math.max(size, this.#durableSize))), size);
    const versions = new Map<number, PendingWrite[]>();
    for (const write of this.#pending) {
      for (const sector of sectorsOf(write)) {
        if (sector * SECTOR_BYTES >= size || this.#isDurable(sector, write)) continue;
        const older = versions.get(sector);
        if (older === undefined) versions.set(sector, [write]);
        else older.push(write);
      }
    }
    for (const [sector, writes] of versions) {
      let survived = 0;
      while (survived < writes.length && random() < share) survived++;
      if (survived > 0) content.set(imageOf(sector, writes[survived - 1]), sector * SECTOR_BYTES);
    }
    return SimulatedFile.of(content.slice(0, size));
  }

  /** Any size it had since, or, since a long write makes a file longer bit by bit, any sector's end in between. */
  #survivingSize(random: Random, share: number): number {
    if (random() < share) return this.size;
    const sectors = Math.ceil((this.size - this.#durableSize) / SECTOR_BYTES);
    const sizes = [this.#durableSize, sectorsEnd(this.#durableSize + Math.floor(random() * sectors) * SECTOR_BYTES)];
    for (const { end } of this.#pending) sizes.push(end);
    const size = sizes[Math.floor(random() * sizes.length)];
    return Math.min(Math.max(size, this.#durableSize), this.size);
  }

  #isDurable(sector: number, { number }: PendingWrite): boolean {
    return number <= (this.#durableNumbers.get(sector) ?? 0);
  }
}

/** A change of a folder's names that a power loss may still undo. */
export interface PendingChange {
  /** Names that it changes. A change is only undone together with later ones of the same names. */
  readonly names: readonly string[];
  apply(files: Map<string, SimulatedFile>): void;
  isDone: boolean;
}

/** A folder as programs see it, and as it is on the disk. */
export class SimulatedDisk {
  readonly files: Map<string, SimulatedFile>;
  readonly #durable: Map<string, SimulatedFile>;
  #pending: PendingChange[] = [];

  constructor(files: ReadonlyMap<string, SimulatedFile> = new Map()) {
    this.files = new Map(files);
    this.#durable = new Map(files);
  }

  create(name: string): PendingChange {
    const file = new SimulatedFile();
    return this.#change([name], (files) => files.set(name, file));
  }

  remove(name: string): PendingChange {
    return this.#change([name], (files) => files.delete(name));
  }

  rename(from: string, to: string): PendingChange {
    const file = this.files.get(from);
    if (file === undefined) throw new Error(`There is no file ${from}`);
    return this.#change([from, to], (files) => files.delete(from) && files.set(to, file));
  }

  get doneChanges(): PendingChange[] {
    return this.#pending.filter((change) => change.isDone);
  }

  get usedBytes(): number {
    let used = 0;
    for (const { size } of this.files.values()) used += size;
    return used;
  }

  /** The program ended, and the system lives on: what was asked for is done, and still not durable. */
  finishAll(): void {
    for (const change of this.#pending) change.isDone = true;
    for (const file of this.files.values()) file.finishAll();
  }

  makeDurable(changes: readonly PendingChange[]): void {
    const chosen = new Set(changes);
    const names = new Set<string>();
    // What an earlier change of the same names did can't be left out.
    for (const change of this.#pending.toReversed()) {
      if (change.names.some((name) => names.has(name))) chosen.add(change);
      if (chosen.has(change)) { for (const name of change.names) names.add(name); }
    }
    for (const change of this.#pending) if (chosen.has(change)) change.apply(this.#durable);
    this.#pending = this.#pending.filter((change) => !chosen.has(change));
  }

  /** Returns the rest after a power loss. The disk itself does not change: another power loss leaves something else. */
  survivor(random: Random): SimulatedDisk {
    const share = chance(random);
    const files = new Map(this.#durable);
    const undone = new Set<string>();
    for (const change of this.#pending) {
      const isPossible = change.names.every((name) => !undone.has(name));
      if (isPossible && random() < share) change.apply(files);
      else for (const name of change.names) undone.add(name);
    }
    return new SimulatedDisk(new Map([...files].map(([name, file]) => [name, file.survivor(random)])));
  }

  #change(names: readonly string[], apply: PendingChange["apply"]): PendingChange {
    const change = { names, apply, isDone: false };
    change.apply(this.files);
    this.#pending.push(change);
    return change;
  }
}

/** Often nothing and often everything survives, for that finds other faults than something in between. */
function chance(random: Random): number {
  const kind = random();
  return kind < 0.25 ? 0 : kind < 0.5 ? 1 : random();
}

function sectorsEnd(end: number): number {
  return Math.ceil(end / SECTOR_BYTES) * SECTOR_BYTES;
}

function* sectorsOf({ imageAt, image }: PendingWrite): Iterable<number> {
  const first = imageAt / SECTOR_BYTES;
  const count = image.length / SECTOR_BYTES;
  for (let sector = first; sector < first + count; sector++) yield sector;
}

function imageOf(sector: number, { imageAt, image }: PendingWrite): Uint8Array {
  const at = sector * SECTOR_BYTES - imageAt;
  return image.subarray(at, at + SECTOR_BYTES);
}

/** Whole sectors that hold `size` bytes, with zeros behind what was there. */
function grown(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  if (bytes.length >= size && bytes.length % SECTOR_BYTES === 0) return bytes as Uint8Array<ArrayBuffer>;
  const result = new Uint8Array(sectorsEnd(Math.max(size, bytes.length * 2)));
  result.set(bytes);
  return result;
}
