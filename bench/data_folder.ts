import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { settled, type Settling } from "./settled.ts";

/** Longer than a broker waits until it frees what it no longer needs. */
const SETTLING: Settling = { intervalMs: 2500, limitMs: 30_000, change: 0 };
const BLOCK_BYTES = 512;

const folders = new Set<string>();

/**
 * Makes a folder for a broker's data, where this system keeps temporary files. It is removed when this program ends.
 */
export function makeDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "haremq-bench-"));
  folders.add(folder);
  return folder;
}

export function removeDataFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  folders.delete(folder);
}

process.once("exit", () => {
  for (const folder of folders) removeDataFolder(folder);
});

/** Returns a folder's size on disk, in bytes, once it is stable for a while, or after 30 s. */
export async function settledFolderBytes(folder: string): Promise<number> {
  return await settled(() => folderBytes(folder), SETTLING) ?? 0;
}

/** Returns a folder's size on disk, in bytes. Files may be removed meanwhile. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      bytes += folderBytes(path);
    } else {
      const { blocks, size } = lstatSync(path, { throwIfNoEntry: false }) ?? { blocks: 0, size: 0 };
      // Not all systems count blocks; those that do account for reserved space and for holes.
      bytes += blocks === undefined || blocks === null ? size : blocks * BLOCK_BYTES;
    }
  }
  return bytes;
}
