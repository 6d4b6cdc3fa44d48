/** The parts of Node's interface that are used here, which Deno and Bun have too. */
declare const process: {
  memoryUsage(): { readonly heapUsed: number; readonly heapTotal: number };
  cpuUsage(): { readonly user: number; readonly system: number };
};

/** Memory of the runtime's garbage collector. In bytes. */
export interface HeapUsage {
  readonly usedBytes: number;
  /** Size with what is free in it. */
  readonly totalBytes: number;
}

export function heapUsage(): HeapUsage {
  const { heapUsed, heapTotal } = process.memoryUsage();
  return { usedBytes: heapUsed, totalBytes: Math.max(heapTotal, heapUsed) };
}

/** Returns the processor time that the process has taken. In seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}
