import { type Phrase, phrase } from "../phrase/phrase.ts";

/** A data folder can't be used. The message says which file, where in it, what is wrong and what can be done. */
export class StoreError extends Error {
  /** Name of the class. */
  override name = "StoreError";
  /** @internal */
  text: Phrase;

  /** @internal */
  constructor(text: Phrase) {
    super(String(text));
    this.text = text;
  }

  /** Adds the folder to the message. */
  inFolder(folder: string): this {
    this.text = phrase`The data folder ${folder} can't be used: ${this.textIn(folder)}`;
    this.message = String(this.text);
    return this;
  }

  /**
   * Returns the text for somebody who knows the folder.
   *
   * @internal
   */
  protected textIn(_folder: string): Phrase {
    return this.text;
  }
}

/** A file is not as it was written, at `offset` bytes. */
export class CorruptStoreError extends StoreError {
  override name = "CorruptStoreError";
  readonly file: string;
  readonly offset: number;
  /** A clause, such as "the checksum of a block is wrong". */
  readonly what: Phrase;

  constructor(file: string, offset: number, what: Phrase) {
    super(damagedAt(file, offset, what, "<folder>"));
    this.file = file;
    this.offset = offset;
    this.what = what;
  }

  /** @internal */
  protected override textIn(folder: string): Phrase {
    return damagedAt(this.file, this.offset, this.what, folder);
  }
}

const damagedAt = (file: string, offset: number, what: Phrase, folder: string): Phrase =>
  phrase`${file} is damaged at offset ${offset}: ${what}. Nothing was changed. Restore the folder from a copy, or save what is whole in it with: haremq data salvage ${folder} <new folder>`;

/** Another owner has taken over what is stored: a change that was asked for was not made. */
export class OutdatedWriterError extends StoreError {
  override name = "OutdatedWriterError";

  constructor() {
    super(phrase`Another broker has taken over what is stored`);
  }
}
