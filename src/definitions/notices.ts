/** Maximum number of sentences that are kept; further ones are only counted. */
const NOTICES_MAX = 100;

/**
 * Sentences about everything that an import leaves out or does otherwise than a file says. Each has its first place and
 * the number of places.
 */
export class Notices {
  readonly #paths = new Map<string, { readonly first: string; count: number }>();
  #dropped = 0;

  add(path: string, sentence: string): void {
    const told = this.#paths.get(sentence);
    if (told !== undefined) told.count++;
    else if (this.#paths.size < NOTICES_MAX) this.#paths.set(sentence, { first: path, count: 1 });
    else this.#dropped++;
  }

  list(): string[] {
    const sentences = [...this.#paths].map(([sentence, { first, count }]) => {
      const others = count === 1 ? "" : count === 2 ? " and another one" : ` and ${count - 1} others`;
      return `${first}${others}: ${sentence}`;
    });
    return this.#dropped === 0 ? sentences : [...sentences, `and ${this.#dropped} more notices`];
  }
}
