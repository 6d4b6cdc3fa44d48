import { INTERNAL_USER } from "./events.ts";

/** The user on whose behalf a change is made: `user_who_performed_action` in events. */
export interface Actor {
  readonly user: string;
}

/** The actor of changes that no user has requested. */
export const INTERNAL: Actor = { user: INTERNAL_USER };

/** Returns the field of a record that names the user who declared an object; no field for the broker itself. */
export const declaredBy = ({ user }: Actor): { readonly declaredBy?: string } =>
  user === INTERNAL_USER ? {} : { declaredBy: user };
