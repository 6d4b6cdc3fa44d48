import { mayUse, type Need } from "./rights.ts";
import { session } from "./session.ts";

/** Returns whether the user who is logged in may see, or do, what needs a tag. */
export function may(need: Need): boolean {
  const now = session.value;
  return now.state === "in" && mayUse(now.user.tags, need);
}
