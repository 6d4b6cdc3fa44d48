/** A text for a person: a template in English, with places for values. */
export class Phrase {
  readonly parts: readonly string[];
  /** Values in the places; those that are phrases are translated with the whole. */
  readonly values: readonly unknown[];

  constructor(parts: readonly string[], values: readonly unknown[]) {
    this.parts = parts;
    this.values = values;
  }

  /** The template with numbered places, such as `Adding user "{0}" ...`, by which a translation is found. */
  get key(): string {
    return this.parts.reduce((key, part, at) => `${key}{${at - 1}}${part}`);
  }

  /** Returns the text in English. */
  toString(): string {
    return this.parts.reduce((text, part, at) => text + this.values[at - 1] + part);
  }

  /** Returns the text in English, as programs read JSON. */
  toJSON(): string {
    return String(this);
  }
}

/** Returns a text for a person from a template literal. Each needs a translation, which a test checks. */
export const phrase = (parts: TemplateStringsArray, ...values: readonly unknown[]): Phrase => new Phrase(parts, values);

/** A number that is written with separators between its thousands. */
export class Amount {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  /** Returns the number as people of a language write it. */
  in(language: string): string {
    return this.value.toLocaleString(language);
  }

  /** Returns the number as in English. */
  toString(): string {
    return this.in("en");
  }
}

/** Returns a text that is the same in every language, such as a name or an answer of the broker. */
export const verbatim = (text: string): Phrase => new Phrase(["", ""], [text]);

/** Returns the phrase for a text of a table, whose translation is found by the text itself. */
export const phraseOf = (english: string): Phrase => new Phrase([english], []);

/** Returns texts with a separator between them, which is the same in every language. */
export const joined = (texts: readonly unknown[], separator: string): Phrase =>
  texts.length === 0 ? verbatim("") : new Phrase(["", ...texts.slice(1).map(() => separator), ""], texts);

/** An error whose message is for a person. */
export class PhraseError extends Error {
  readonly text: Phrase;

  constructor(text: Phrase, options?: ErrorOptions) {
    super(String(text), options);
    this.text = text;
  }
}

/** A value out of its range, and why, in a phrase. */
export class PhraseRangeError extends RangeError {
  readonly text: Phrase;

  constructor(text: Phrase) {
    super(String(text));
    this.text = text;
  }
}

/** Returns what an error says to a person; the message of one that has no phrase stays as it is. */
export const textOfError = (error: Error & { readonly text?: unknown }): Phrase =>
  error.text instanceof Phrase ? error.text : verbatim(error.message);
