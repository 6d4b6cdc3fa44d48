import type { Position } from "./sequence.ts";

/** Positions a page: 512 bytes of bits. */
const PAGE_BITS = 12;
const PAGE_POSITIONS = 1 << PAGE_BITS;
const PAGE_WORDS = PAGE_POSITIONS / 32;

class Page {
  readonly words = new Int32Array(PAGE_WORDS);
  count = 0;
}

/**
 * The positions of a queue at which there is a message: a bit each, in pages that are there only while one of their bits
 * is set. Ten million messages take 1.5 MB, and one old one in front of millions of settled ones takes 512 bytes.
 */
export class LivePositions {
  readonly #pages = new Map<number, Page>();
  /** Positions mostly come and go in order, so that the same page is asked for again. */
  #lastIndex = -1;
  #lastPage: Page | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  #page(index: number): Page | undefined {
    if (index === this.#lastIndex) return this.#lastPage;
    const page = this.#pages.get(index);
    if (page === undefined) return undefined;
    this.#lastIndex = index;
    return this.#lastPage = page;
  }

  /** The least position; there must be one. */
  get first(): number {
    return this.firstFrom(0);
  }

  /** The least position that is not before one; there must be one. */
  firstFrom(position: Position): number {
    const low = Math.floor(position / PAGE_POSITIONS);
    const found = this.#firstOf(low, position % PAGE_POSITIONS);
    if (found !== -1) return found;
    let next = Infinity;
    for (const index of this.#pages.keys()) if (index > low && index < next) next = index;
    return this.#firstOf(next, 0);
  }

  /** The first position of a page from a bit on; -1 when there is none. */
  #firstOf(index: number, bit: number): number {
    const words = this.#pages.get(index)?.words;
    if (words === undefined) return -1;
    let bits = words[bit >> 5] & -1 << (bit & 31);
    let word = bit >> 5;
    while (bits === 0 && ++word < PAGE_WORDS) bits = words[word];
    return bits === 0 ? -1 : index * PAGE_POSITIONS + word * 32 + 31 - Math.clz32(bits & -bits);
  }

  has(position: Position): boolean {
    const page = this.#page(Math.floor(position / PAGE_POSITIONS));
    const bit = position % PAGE_POSITIONS;
    return page !== undefined && (page.words[bit >> 5] & 1 << (bit & 31)) !== 0;
  }

  /** Adds a position; one that is there already stays. */
  add(position: Position): void {
    const index = Math.floor(position / PAGE_POSITIONS);
    let page = this.#page(index);
    if (page === undefined) {
      this.#pages.set(index, page = new Page());
      this.#lastIndex = index;
      this.#lastPage = page;
    }
    const bit = position - index * PAGE_POSITIONS;
    const mask = 1 << (bit & 31);
    if ((page.words[bit >> 5] & mask) !== 0) return;
    page.words[bit >> 5] |= mask;
    page.count++;
    this.#count++;
  }

  /** Adds all positions from `first` up to `end`, without it. */
  addRange(first: Position, end: Position): void {
    for (let position = first; position < end;) {
      const index = Math.floor(position / PAGE_POSITIONS);
      const pageEnd = (index + 1) * PAGE_POSITIONS;
      if (position % PAGE_POSITIONS !== 0 || end < pageEnd || this.#pages.has(index)) this.add(position++);
      else {
        const page = new Page();
        page.words.fill(-1);
        page.count = PAGE_POSITIONS;
        this.#pages.set(index, page);
        this.#count += PAGE_POSITIONS;
        position = pageEnd;
      }
    }
  }

  /** Takes a position out, and returns whether it was there. */
  remove(position: Position): boolean {
    const index = Math.floor(position / PAGE_POSITIONS);
    const page = this.#page(index);
    if (page === undefined) return false;
    const bit = position - index * PAGE_POSITIONS;
    const mask = 1 << (bit & 31);
    if ((page.words[bit >> 5] & mask) === 0) return false;
    page.words[bit >> 5] &= ~mask;
    this.#count--;
    if (--page.count === 0) this.#drop(index);
    return true;
  }

  #drop(index: number): void {
    this.#pages.delete(index);
    if (this.#lastIndex === index) this.#lastIndex = -1;
    if (this.#lastIndex === -1) this.#lastPage = undefined;
  }

  /** Takes all positions from `first` up to `end`, without it, out, and returns how many there were. */
  removeRange(first: Position, end: Position): number {
    const before = this.#count;
    for (const index of this.#indexesBetween(first, end)) {
      const page = this.#pages.get(index)!;
      const start = index * PAGE_POSITIONS;
      if (first <= start && end >= start + PAGE_POSITIONS) {
        this.#count -= page.count;
        this.#drop(index);
        continue;
      }
      const to = Math.min(end, start + PAGE_POSITIONS);
      for (let position = Math.max(first, start); position < to; position++) this.remove(position);
    }
    return before - this.#count;
  }

  clear(): void {
    this.#pages.clear();
    this.#count = 0;
    this.#lastIndex = -1;
    this.#lastPage = undefined;
  }

  /** Returns the number of positions from `first` up to `end`, which is excluded. */
  countBetween(first: Position, end: Position): number {
    let count = 0;
    for (const index of this.#indexesBetween(first, end)) {
      const page = this.#pages.get(index)!;
      const start = index * PAGE_POSITIONS;
      if (first <= start && end >= start + PAGE_POSITIONS) {
        count += page.count;
        continue;
      }
      const to = Math.min(end, start + PAGE_POSITIONS);
      for (let position = Math.max(first, start); position < to; position++) if (this.has(position)) count++;
    }
    return count;
  }

  /** The indexes of the pages that are there and have to do with a range, in any order. */
  #indexesBetween(first: Position, end: Position): number[] {
    if (end <= first) return [];
    const low = Math.floor(first / PAGE_POSITIONS);
    const high = Math.floor((end - 1) / PAGE_POSITIONS);
    if (high - low < this.#pages.size) {
      const indexes: number[] = [];
      for (let index = low; index <= high; index++) if (this.#pages.has(index)) indexes.push(index);
      return indexes;
    }
    return [...this.#pages.keys()].filter((index) => index >= low && index <= high);
  }

  /**
   * Calls `visit` with runs of positions that follow one another, in order: the first one and the one behind the last.
   */
  forEachRun(visit: (first: Position, end: Position) => void): void {
    let first = -1;
    let end = -1;
    for (const index of [...this.#pages.keys()].sort((a, b) => a - b)) {
      const { words, count } = this.#pages.get(index)!;
      const start = index * PAGE_POSITIONS;
      for (let bit = 0; bit < PAGE_POSITIONS; bit++) {
        // A whole page or word at once where all its bits are alike.
        const word = words[bit >> 5];
        const whole = count === PAGE_POSITIONS ? PAGE_POSITIONS : (bit & 31) === 0 && word === -1 ? 32 : 1;
        if (whole === 1 && (bit & 31) === 0 && word === 0) {
          bit += 31;
          continue;
        }
        if (whole === 1 && (word & 1 << (bit & 31)) === 0) continue;
        if (start + bit !== end) {
          if (end !== -1) visit(first, end);
          first = start + bit;
        }
        end = start + bit + whole;
        bit += whole - 1;
      }
    }
    if (end !== -1) visit(first, end);
  }
}
