import type { Runtime } from "./runtime.ts";

/** The runtime of this program. */
export const runtime: Runtime = "Deno" in globalThis
  ? (await import("./deno.ts")).denoRuntime
  : "Bun" in globalThis
  ? (await import("./bun.ts")).bunRuntime
  : (await import("./node.ts")).nodeRuntime;
