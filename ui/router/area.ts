import type { JSX } from "preact";
import type { Need } from "../api/rights.ts";

/** Parts of an address that a page takes, by the names in its path. */
export type Params = Readonly<Record<string, string>>;

/** A page with its address. */
export interface PageRoute {
  /** Path such as `queues/:vhost/:name`; empty for the start. */
  readonly path: string;
  /** Tag that a user needs to see it. */
  readonly need: Need;
  readonly render: (params: Params) => JSX.Element;
}

/** An entry of the navigation. */
export interface NavEntry {
  /** Path of its page, which must have no parameters. */
  readonly path: string;
  readonly need: Need;
  /** Returns its name in the language of the page. */
  readonly label: () => string;
}

/** Groups of entries in the navigation, in their order. */
export const NAV_GROUPS = ["main", "tools", "admin"] as const;

/** Pages that belong together. */
export interface Area {
  readonly group: typeof NAV_GROUPS[number];
  readonly nav: readonly NavEntry[];
  readonly pages: readonly PageRoute[];
}
