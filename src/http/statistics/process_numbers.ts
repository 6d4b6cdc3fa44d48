import type { ServerProcess } from "../server_process.ts";

/** Numbers of the process at one moment; 0 where they are not known. */
export interface ProcessNumbers {
  /** Resident memory. In bytes. */
  readonly memoryBytes: number;
  /** Open files and sockets, and how many there may be. */
  readonly openFiles: number;
  readonly openFilesMax: number;
  /** Free space of the disk with the broker's data. In bytes. */
  readonly freeDiskBytes: number;
}

const finite = (value: number | undefined): number => value !== undefined && Number.isFinite(value) ? value : 0;

export async function readProcessNumbers(serverProcess: ServerProcess | undefined): Promise<ProcessNumbers> {
  const openFiles = await serverProcess?.openFiles();
  return {
    memoryBytes: finite(serverProcess?.residentBytes()),
    openFiles: finite(openFiles?.count),
    openFilesMax: finite(openFiles?.max),
    freeDiskBytes: finite(await serverProcess?.freeDiskBytes?.()),
  };
}
