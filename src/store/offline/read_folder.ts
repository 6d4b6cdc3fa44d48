import { type Phrase, phrase } from "../../phrase/phrase.ts";
import { CorruptStoreError } from "../error.ts";
import type { File, Files } from "../files.ts";
import type { Damage, SurveyedFile } from "./surveyed.ts";

/** Size of one read, all of which counts as lost when the disk fails to read it. In bytes. */
const READ_BYTES = 64 * 1024;

/** Reads the files of a folder, damaged or not, and notes what each of them is and where it is damaged. */
export class ReadFolder {
  readonly damages: Damage[] = [];
  readonly #files: Files;
  readonly #surveyed = new Map<string, SurveyedFile>();

  constructor(files: Files) {
    this.#files = files;
  }

  get name(): string {
    return this.#files.folder;
  }

  /** The survey of its files, in the order of their names. */
  get surveyed(): readonly SurveyedFile[] {
    return [...this.#surveyed.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  }

  async names(): Promise<readonly string[]> {
    return (await this.#files.list()).sort();
  }

  /** Reads a file, with zeros where the disk does not give it. */
  read(name: string): Promise<Uint8Array> {
    return this.#open(name, async (file) => {
      const bytes = new Uint8Array(await file.size());
      for (let at = 0; at < bytes.length; at += READ_BYTES) {
        const part = bytes.subarray(at, at + READ_BYTES);
        try {
          await file.read(at, part);
        } catch (error) {
          this.damaged(name, at, phrase`${part.length} bytes can't be read: ${(error as Error).message}`);
          part.fill(0);
        }
      }
      return bytes;
    });
  }

  async #open<Value>(name: string, use: (file: File) => Promise<Value>): Promise<Value> {
    const file = await this.#files.open(name, { readOnly: true });
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  /** Notes what a file is that was read. */
  note(name: string, { length }: Uint8Array, what: Phrase): void {
    this.#surveyed.set(name, { name, bytes: length, what });
  }

  /** Notes of all other files what `what` makes of their names. */
  async noteOthers(what: (name: string) => Phrase): Promise<void> {
    for (const name of await this.names()) {
      if (this.#surveyed.has(name)) continue;
      const bytes = await this.#open(name, (file) => file.size());
      this.#surveyed.set(name, { name, bytes, what: what(name) });
    }
  }

  damaged(file: string, offset: number, what: Phrase): void {
    this.damages.push({ file, offset, what });
  }

  /** Reports that `batches` batches of records are not whole. */
  gap(file: string, offset: number, batches: number): void {
    const what = batches === 1
      ? phrase`a batch of records can't be read`
      : phrase`${batches} batches of records can't be read`;
    this.damaged(file, offset, what);
  }

  /** Does something with a file's content, and notes what that finds to be damaged. */
  async check<Value>(name: string, check: () => Promise<Value> | Value): Promise<Value | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof CorruptStoreError)) throw error;
      this.damaged(name, error.offset, error.what);
      return undefined;
    }
  }
}
