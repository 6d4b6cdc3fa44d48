/**
 * What a program on Deno, Bun or Node needs beside the library: durable queues in a folder, and a port for AMQP clients.
 *
 * ```ts
 * import { Broker } from "haremq";
 * import { listen, openFolder } from "haremq/server";
 *
 * await using broker = new Broker({ store: await openFolder("haremq-data") });
 * await using listener = await listen(broker, { port: 5672 });
 * ```
 *
 * @module
 */
export { type FolderOptions, openFolder } from "./src/runtime/folder_store.ts";
export { type Acceptor, BrokerListener, listen, type ListenOptions } from "./src/runtime/broker_listener.ts";
export { FolderInUseError, FolderNotUsableError } from "./src/runtime/folder_error.ts";
export { ListenError } from "./src/runtime/runtime.ts";
export { StoreError } from "./src/store/error.ts";
export type { SyncMode } from "./src/store/log/sync_mode.ts";
export type { Store } from "./src/store/store.ts";
