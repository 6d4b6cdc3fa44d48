import type { LockFile } from "./files.ts";

/** The parts of Bun's interface that are used here, so that this file also type-checks without Bun's types. */
declare const process: {
  getBuiltinModule(name: "node:fs"): {
    openSync(path: string, flags: string): number;
    closeSync(descriptor: number): void;
  };
  getBuiltinModule(name: "node:path"): { toNamespacedPath(path: string): string };
  getBuiltinModule(name: "bun:ffi"): {
    dlopen(library: string, symbols: Record<string, { args: string[]; returns: string }>): {
      readonly symbols: Record<string, (...args: (number | bigint | null)[]) => bigint>;
    };
    ptr(words: Uint16Array): number;
  };
};

const GENERIC_READ = 0x80000000;
const SHARED_WITH_NOBODY = 0;
const OPEN_EXISTING = 3;
const OPEN_ALWAYS = 4;
const INVALID_HANDLE = -1n;

/**
 * Opens a file of Windows that nobody else may open meanwhile, which neither Bun nor libuv offers. The lock ends with
 * the process.
 */
export const lockFileOnWindows: LockFile = (path, { isToRead = false } = {}) => {
  const { dlopen, ptr } = process.getBuiltinModule("bun:ffi");
  const { toNamespacedPath } = process.getBuiltinModule("node:path");
  const { symbols: { CreateFileW, CloseHandle } } = dlopen("kernel32.dll", {
    CreateFileW: { args: ["ptr", "u32", "u32", "ptr", "u32", "u32", "i64"], returns: "i64" },
    CloseHandle: { args: ["i64"], returns: "i64" },
  });
  const name = Uint16Array.from(`${toNamespacedPath(path)}\0`, (character) => character.charCodeAt(0));
  const creation = isToRead ? OPEN_EXISTING : OPEN_ALWAYS;
  const handle = CreateFileW(ptr(name), GENERIC_READ, SHARED_WITH_NOBODY, null, creation, 0, 0n);
  if (handle !== INVALID_HANDLE) return () => void CloseHandle(handle);
  if (!isBusy(path)) throw Object.assign(new Error("The file can't be locked"), { code: "NOLOCK" });
  return undefined;
};

/** Returns whether another process has a file. Throws the system's error when it can't be opened for another reason. */
function isBusy(path: string): boolean {
  const { openSync, closeSync } = process.getBuiltinModule("node:fs");
  try {
    closeSync(openSync(path, "r"));
    return false;
  } catch (error) {
    if ((error as { code?: string }).code === "EBUSY") return true;
    throw error;
  }
}
