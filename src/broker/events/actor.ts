import { INTERNAL_USER } from "./events.ts";

/** For whom something is done: events tell it as `user_who_performed_action`. */
export interface Actor {
  readonly user: string;
}

/** Does what no user has asked for. */
export const INTERNAL: Actor = { user: INTERNAL_USER };
