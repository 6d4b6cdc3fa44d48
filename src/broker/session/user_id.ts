import type { User } from "../../access/access.ts";
import { preconditionFailed } from "../../wire/error.ts";
import { hasProperty, PropertiesView, USER_ID_FLAG } from "../../wire/properties.ts";

/** Tag of users who may publish in anybody's name. */
const IMPERSONATOR = "impersonator";

/**
 * Throws PRECONDITION_FAILED when the user-id of a content header, whose payload lies at `offset`, names another user
 * than the publisher (RabbitMQ: Validated User-ID).
 */
export function checkUserId(bytes: Uint8Array, offset: number, length: number, user: User): void {
  if (!hasProperty(bytes, offset, USER_ID_FLAG)) return;
  const { userId } = new PropertiesView(bytes, offset, length);
  if (userId === user.name || user.tags.includes(IMPERSONATOR)) return;
  throw preconditionFailed(`user_id property set to '${userId}' but authenticated user was '${user.name}'`);
}
