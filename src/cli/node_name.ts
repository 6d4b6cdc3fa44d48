import type { Config } from "../config/config.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** Returns the node's name; one without a host gets that of the machine. */
export const nodeNameOf = (runtime: Runtime, { nodeName }: Config): string | undefined =>
  nodeName === undefined || nodeName.includes("@") ? nodeName : `${nodeName}@${runtime.hostname()}`;
