import type { Route } from "./route.ts";
import { WHOAMI } from "./resources/whoami.ts";

/** All operations of the management API. Each resource is a file in `resources/` with its lines of this table. */
export const ROUTES: readonly Route[] = [
  ...WHOAMI,
];
