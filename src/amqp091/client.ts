import type { User } from "../access/access.ts";
import { EMPTY_TABLE, type FieldTable } from "../wire/field_table.ts";

/** The client of a connection, as it has introduced itself in the handshake. */
export class Client {
  /** The client properties in `connection.start-ok`. */
  properties: FieldTable = EMPTY_TABLE;
  /** The authentication mechanism, once the client has chosen one. */
  mechanism = "";
  /** The authenticated user, from the login on. */
  user: User | undefined;

  /** Returns whether the client has announced a capability. */
  hasCapability(name: string): boolean {
    const capabilities = this.properties.get("capabilities");
    return capabilities?.type === "F" && capabilities.value.get(name)?.value === true;
  }
}
