import { configFolder, environment, isFolder, isTerminal, listFolder, pid, readFile, readTextFile } from "./files.ts";
import { hostNameOf } from "./host_name.ts";
import { openFiles } from "./open_files.ts";
import { decryptKey } from "./private_key.ts";
import { cpuSeconds, heapUsage } from "./process_usage.ts";
import type { Runtime } from "./runtime.ts";

/** The services that all runtimes provide by the same modules of Node. */
export const sharedServices = {
  pid,
  uptimeMs: () => performance.now(),
  heapUsage,
  cpuSeconds,
  openFiles,
  readTextFile,
  readFile,
  isFolder,
  listFolder,
  configFolder,
  environment,
  isTerminal,
  decryptKey,
  hostNameOf,
} satisfies Partial<Runtime>;
