import type { Message } from "../../message/messages.ts";

/** Messages with positions, first in first out. */
export class Positioned {
  #messages: Message[] = [];
  #positions: number[] = [];
  #head = 0;

  get count(): number {
    return this.#messages.length - this.#head;
  }
  /** The first message, which must exist. */
  get first(): Message {
    return this.#messages[this.#head];
  }
  /** Position of the first message, which must exist. */
  get position(): number {
    return this.#positions[this.#head];
  }

  forEach(visit: (message: Message, position: number) => void): void {
    for (let i = this.#head; i < this.#messages.length; i++) visit(this.#messages[i], this.#positions[i]);
  }

  *entries(): Generator<readonly [message: Message, position: number]> {
    for (let i = this.#head; i < this.#messages.length; i++) yield [this.#messages[i], this.#positions[i]];
  }

  /** Takes all messages out, and calls `take` for each. */
  takeAll(take: (message: Message, position: number) => void): void {
    while (this.count > 0) {
      const { position } = this;
      take(this.shift(), position);
    }
  }

  push(message: Message, position: number): void {
    this.#messages.push(message);
    this.#positions.push(position);
  }

  shift(): Message {
    const message = this.#messages[this.#head++];
    if (this.#head === this.#messages.length) {
      this.#messages.length = this.#positions.length = this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#positions = this.#positions.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }

  /** Finds messages equal to `message` among the first `most`, and returns their indexes by position. */
  indexesOf(message: Message, most: number): Map<number, number> {
    const indexes = new Map<number, number>();
    const end = Math.min(this.#messages.length, this.#head + most);
    for (let i = this.#head; i < end; i++) {
      if (this.#messages[i] === message) indexes.set(this.#positions[i], i - this.#head);
    }
    return indexes;
  }

  /** Replaces each message from `index` on by what `replace` returns. */
  replaceFrom(index: number, replace: (message: Message, position: number) => Message): void {
    for (let i = this.#head + index; i < this.#messages.length; i++) {
      this.#messages[i] = replace(this.#messages[i], this.#positions[i]);
    }
  }

  /** Replaces the message at `index`, counted from the first. */
  replace(index: number, message: Message): void {
    this.#messages[this.#head + index] = message;
  }
}
