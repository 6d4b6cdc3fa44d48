import type { LockFile } from "./files.ts";

/** The parts of Node's interface that are used here. */
declare const process: {
  readonly platform: string;
  getBuiltinModule(name: "node:fs"): {
    readonly constants: { readonly O_RDONLY: number; readonly O_RDWR: number; readonly O_CREAT: number };
    openSync(path: string, flags: number, mode: number): number;
    closeSync(descriptor: number): void;
  };
  getBuiltinModule(name: "node:child_process"): {
    spawnSync(command: string, args: readonly string[], options: { stdio: readonly unknown[]; encoding: "utf8" }): {
      readonly status: number | null;
      readonly stderr: string | null;
    };
  };
};

const { constants, openSync, closeSync } = process.getBuiltinModule("node:fs");

/**
 * Flags of open(2) that lock the file as flock(2) does, and fail at once when it is locked; on Windows, libuv's that
 * share the file with nobody. Linux has none.
 */
const LOCKING_FLAGS: Readonly<Record<string, number>> = {
  darwin: 0x20 | 0x4,
  freebsd: 0x20 | 0x4,
  openbsd: 0x20 | 0x4,
  win32: 0x10000000,
};

/** Errors of open(2) that mean that another process has the lock. */
const LOCKED_ELSEWHERE: readonly unknown[] = ["EAGAIN", "EWOULDBLOCK", "EBUSY"];

/**
 * Locks a file by flock(2), as on other runtimes, so that they lock each other out. Node does not offer it. On Linux a
 * program locks the descriptor that it inherits: the lock belongs to the open file, which stays open here, until this
 * process ends in whatever way.
 */
export const lockFile: LockFile = (path, { isToRead = false } = {}) => {
  const lockingFlags = LOCKING_FLAGS[process.platform];
  const flags = (isToRead ? constants.O_RDONLY : constants.O_RDWR | constants.O_CREAT) | (lockingFlags ?? 0);
  let descriptor: number;
  try {
    descriptor = openSync(path, flags, 0o600);
  } catch (error) {
    if (lockingFlags !== undefined && LOCKED_ELSEWHERE.includes((error as { code?: string }).code)) return undefined;
    throw error;
  }
  let isLocked = lockingFlags !== undefined;
  try {
    isLocked ||= lockDescriptor(descriptor);
  } finally {
    if (!isLocked) closeSync(descriptor);
  }
  return isLocked ? () => closeSync(descriptor) : undefined;
};

/** Programs that lock the descriptor 3, and exit with 1 and without a word when another process has the lock. */
const LOCKERS: readonly (readonly [command: string, ...args: string[]])[] = [
  ["flock", "-x", "-n", "3"],
  ["/usr/bin/flock", "-x", "-n", "3"],
  ["perl", "-e", 'open(F, "<&=3") && flock(F, 2 | 4) and exit 0; exit 1 if $!{EWOULDBLOCK}; die $!'],
];

/** Returns false when another process has the lock. */
function lockDescriptor(descriptor: number): boolean {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  for (const [command, ...args] of LOCKERS) {
    const { status, stderr } = spawnSync(command, args, {
      stdio: ["ignore", "ignore", "pipe", descriptor],
      encoding: "utf8",
    });
    if (status === 0) return true;
    if (status === 1 && stderr === "") return false;
    if (status !== null) throw Object.assign(new Error(`The file can't be locked: ${stderr}`), { code: "NOLOCK" });
  }
  throw Object.assign(new Error("No program can lock the file"), { code: "NOLOCKER" });
}
