import type { NodeFetchOptions } from "./node_fetch.ts";

/** Returns a `fetch` by Node's interface, which is loaded with the first request, as most brokers make none. */
export function lateNodeFetch(options: NodeFetchOptions): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const { nodeFetch } = await import("./node_fetch.ts");
    return await nodeFetch(options)(url, init);
  };
}
