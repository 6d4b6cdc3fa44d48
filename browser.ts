/**
 * A broker in a tab of a browser: queues that outlast it, and the tabs of an origin as its clients.
 *
 * ```ts
 * import { Broker, openOpfsStore, serveTabs } from "haremq/browser";
 *
 * await serveTabs(async () => new Broker({ store: await openOpfsStore() }));
 * ```
 *
 * @module
 */
export { Broker, type BrokerOptions } from "./src/embedding/broker.ts";
export { type MessageEnd, PortTransport, portTransport } from "./src/transport/port_transport.ts";
export { OpfsFolderInUseError } from "./src/store/opfs/opfs_files.ts";
export { openOpfsStore, type OpfsStoreOptions } from "./src/tabs/opfs_store.ts";
export { serveTabs, type ServeTabsOptions, type TabBroker } from "./src/tabs/serve_tabs.ts";
export { connectTab, type ConnectTabOptions } from "./src/tabs/connect_tab.ts";
export type { Transport } from "./src/transport/transport.ts";
export type { Store } from "./src/store/store.ts";
