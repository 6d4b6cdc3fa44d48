/** A folder that another process has locked. */
export class FolderInUseError extends Error {
  /** Name of the class. */
  override name = "FolderInUseError";
  /** The problem in one sentence, without a remedy. */
  readonly problem: string;

  /** `processId` is `undefined` when the holder has not written its id yet. */
  constructor(folder: string, processId: number | undefined) {
    const holder = processId === undefined ? "another HareMQ" : `another HareMQ, process ${processId}`;
    const problem = `The data folder ${folder} is in use by ${holder}.`;
    super(`${problem} Stop that one, or choose another folder with --data-dir.`);
    this.problem = problem;
  }
}

/** A folder that can't be made, written, locked or read; `message` is a sentence for the person who chose it. */
export class FolderNotUsableError extends Error {
  /** Name of the class. */
  override name = "FolderNotUsableError";

  /** @internal */
  constructor(
    folder: string,
    { code = "", message }: { readonly code?: string; readonly message: string },
    use: "write" | "read" = "write",
  ) {
    super(
      use === "write"
        ? `The data folder ${folder} can't be used: ${
          REASONS[code] ?? `${message}. Choose another one with --data-dir.`
        }`
        : `The data folder ${folder} can't be read: ${READ_REASONS[code] ?? `${message}.`}`,
    );
  }
}

/** Reasons by the system's error code. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: notPermitted("this user is not permitted to write there"),
  EPERM: notPermitted("this user is not permitted to write there"),
  EROFS: notPermitted("its disk is mounted for reading only"),
  ENOTDIR: aFileIsThere(),
  EEXIST: aFileIsThere(),
  ENOSPC: diskFull(),
  EDQUOT: diskFull(),
  NOLOCK: "it can't be locked on this system. Choose one on a local disk with --data-dir.",
  NOLOCKER: noLocker(),
};

const READ_REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist. Give the folder that the broker was started with as --data-dir.",
  ENOTDIR: "it is not a folder. Give the folder that the broker was started with as --data-dir.",
  EACCES: "this user is not permitted to. Do this as the user that the broker runs as.",
  EPERM: "this user is not permitted to. Do this as the user that the broker runs as.",
  NOLOCK: "it can't be locked on this system. Do this on a copy on a local disk.",
  NOLOCKER: noLocker(),
};

function notPermitted(why: string): string {
  return `${why}. Have that changed, or choose another one with --data-dir.`;
}

function aFileIsThere(): string {
  return "a file is where it, or a folder around it, should be. Remove that file, or choose another one with --data-dir.";
}

function diskFull(): string {
  return "its disk, or the quota on it, is full. Make room there, or choose another one with --data-dir.";
}

function noLocker(): string {
  return "Node locks it by one of the programs flock and perl, and finds neither. Install one, or run on Deno or Bun.";
}
