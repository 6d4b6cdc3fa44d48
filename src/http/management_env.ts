import type { Peer } from "../access/access.ts";

/** What a request of the management API comes with. */
export type ManagementEnv = { Bindings: { readonly peer: Peer; readonly onLogin?: (userName: string) => void } };
