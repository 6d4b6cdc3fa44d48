/** A data folder can't be used. The message says which file, where in it, what is wrong and what can be done. */
export class StoreError extends Error {
  /** Name of the class. */
  override name = "StoreError";

  /** Adds the folder to the message. */
  inFolder(folder: string): this {
    this.message = `The data folder ${folder} can't be used: ${this.message.replace("<folder>", () => folder)}`;
    return this;
  }
}

/** A file is not as it was written, at `offset` bytes. */
export class CorruptStoreError extends StoreError {
  override name = "CorruptStoreError";
  readonly file: string;
  readonly offset: number;
  /** A clause, such as "the checksum of a block is wrong". */
  readonly what: string;

  constructor(file: string, offset: number, what: string) {
    super(
      `${file} is damaged at offset ${offset}: ${what}. Nothing was changed. Restore the folder from a copy, or save what ` +
        `is whole in it with: haremq data salvage <folder> <new folder>`,
    );
    this.file = file;
    this.offset = offset;
    this.what = what;
  }
}

/** Another owner has taken over what is stored: a change that was asked for was not made. */
export class OutdatedWriterError extends StoreError {
  override name = "OutdatedWriterError";

  constructor() {
    super("Another broker has taken over what is stored");
  }
}
