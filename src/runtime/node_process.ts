import type { ListenError, Runtime } from "./runtime.ts";
import { writeAll } from "./files.ts";
import { platform } from "./platform.ts";
import { sharedServices } from "./shared_services.ts";

/** The parts of Node's interface that are used here, which Bun has too. */
declare const process: {
  readonly memoryUsage: { rss(): number };
  constrainedMemory(): number;
  exit(code: number): never;
  on(event: string, handler: (signal: string) => void): void;
  off(event: string, handler: (signal: string) => void): void;
  getBuiltinModule(name: "node:fs"): {
    write(descriptor: number, bytes: Uint8Array, done: (error: Error | null, count: number) => void): void;
    writeSync(descriptor: number, bytes: Uint8Array): number;
  };
  getBuiltinModule(name: "node:zlib"): Pick<Runtime, "crc32">;
  getBuiltinModule(name: "node:os"): { totalmem(): number; hostname(): string };
};

const { write, writeSync } = process.getBuiltinModule("node:fs");
const os = process.getBuiltinModule("node:os");

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;

const residentBytes = (): number => process.memoryUsage.rss();

const totalMemoryBytes = (): number => Math.min(os.totalmem(), process.constrainedMemory() || Infinity);

/** Name of the machine, without its domain. */
const hostname = (): string => os.hostname().replace(/\..*/, "");

/** Returns the module with `crc32`, which takes longer to load than the rest of the start. */
export const zlib = (): Pick<Runtime, "crc32"> => process.getBuiltinModule("node:zlib");

/** Reasons for which an address can't be listened on, by the system's error code. */
export const LISTEN_REASONS: Readonly<Record<string, ListenError["reason"]>> = {
  EADDRINUSE: "in use",
  EACCES: "not permitted",
  EADDRNOTAVAIL: "not available",
};

function onStopSignal(handler: (signal: string) => void): () => void {
  for (const signal of platform.stopSignals) process.on(signal, handler);
  return () => {
    for (const signal of platform.stopSignals) process.off(signal, handler);
  };
}

function onReloadSignal(handler: () => void): void {
  for (const signal of platform.reloadSignals) process.on(signal, handler);
}

/** Writes in a thread, which may wait while nobody reads. */
const writeText = (stream: "stdout" | "stderr", text: string): Promise<void> =>
  writeAll(
    text,
    (bytes) =>
      new Promise((resolve, reject) =>
        write(DESCRIPTORS[stream], bytes, (error, count) => error ? reject(error) : resolve(count))
      ),
  );

function writeLine(stream: "stdout" | "stderr", line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(DESCRIPTORS[stream], bytes.subarray(written));
    } catch (error) {
      // A full pipe that somebody has set to non-blocking: try again. A pipe without a reader: the line is dropped.
      if ((error as { code?: string }).code !== "EAGAIN") return;
    }
  }
}

/** The services that Bun provides by Node's interface, too. */
export const nodeServices = {
  ...sharedServices,
  residentBytes,
  totalMemoryBytes,
  onStopSignal,
  onReloadSignal,
  write: writeText,
  hostname,
  writeLine,
  exit: (code: number): never => process.exit(code),
} satisfies Partial<Runtime>;
