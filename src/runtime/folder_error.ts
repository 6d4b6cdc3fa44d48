import { type Phrase, phrase } from "../phrase/phrase.ts";

/** A folder that another process has locked. */
export class FolderInUseError extends Error {
  /** Name of the class. */
  override name = "FolderInUseError";
  /** The problem in one sentence, without a remedy. */
  readonly problem: string;
  /** @internal */
  readonly text: Phrase;
  /** @internal */
  readonly problemText: Phrase;

  /** `processId` is `undefined` when the holder has not written its id yet. */
  constructor(folder: string, processId: number | undefined) {
    const problem = processId === undefined
      ? phrase`The data folder ${folder} is in use by another HareMQ.`
      : phrase`The data folder ${folder} is in use by another HareMQ, process ${processId}.`;
    const text = phrase`${problem} Stop that one, or choose another folder with --data-dir.`;
    super(String(text));
    this.text = text;
    this.problem = String(problem);
    this.problemText = problem;
  }
}

/** A folder that can't be made, written, locked or read; `message` is a sentence for the person who chose it. */
export class FolderNotUsableError extends Error {
  /** Name of the class. */
  override name = "FolderNotUsableError";
  /** @internal */
  readonly text: Phrase;

  /** @internal */
  constructor(
    folder: string,
    { code = "", message }: { readonly code?: string; readonly message: string },
    use: "write" | "read" = "write",
  ) {
    const text = use === "write"
      ? phrase`The data folder ${folder} can't be used: ${
        REASONS[code] ?? phrase`${message}. Choose another one with --data-dir.`
      }`
      : phrase`The data folder ${folder} can't be read: ${READ_REASONS[code] ?? `${message}.`}`;
    super(String(text));
    this.text = text;
  }
}

/** Reasons by the system's error code. */
const REASONS: Readonly<Record<string, Phrase>> = {
  EACCES: notPermitted(phrase`this user is not permitted to write there`),
  EPERM: notPermitted(phrase`this user is not permitted to write there`),
  EROFS: notPermitted(phrase`its disk is mounted for reading only`),
  ENOTDIR: aFileIsThere(),
  EEXIST: aFileIsThere(),
  ENOSPC: diskFull(),
  EDQUOT: diskFull(),
  NOLOCK: phrase`it can't be locked on this system. Choose one on a local disk with --data-dir.`,
  NOLOCKER: noLocker(),
};

const READ_REASONS: Readonly<Record<string, Phrase>> = {
  ENOENT: phrase`it does not exist. Give the folder that the broker was started with as --data-dir.`,
  ENOTDIR: phrase`it is not a folder. Give the folder that the broker was started with as --data-dir.`,
  EACCES: phrase`this user is not permitted to. Do this as the user that the broker runs as.`,
  EPERM: phrase`this user is not permitted to. Do this as the user that the broker runs as.`,
  NOLOCK: phrase`it can't be locked on this system. Do this on a copy on a local disk.`,
  NOLOCKER: noLocker(),
};

function notPermitted(why: Phrase): Phrase {
  return phrase`${why}. Have that changed, or choose another one with --data-dir.`;
}

function aFileIsThere(): Phrase {
  return phrase`a file is where it, or a folder around it, should be. Remove that file, or choose another one with --data-dir.`;
}

function diskFull(): Phrase {
  return phrase`its disk, or the quota on it, is full. Make room there, or choose another one with --data-dir.`;
}

function noLocker(): Phrase {
  return phrase`Node locks it by one of the programs flock and perl, and finds neither. Install one, or run on Deno or Bun instead.`;
}
