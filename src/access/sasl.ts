import { ByteReader } from "../wire/byte_reader.ts";
import { syntaxError } from "../wire/error.ts";
import { type FieldValue, readTableFields } from "../wire/field_table.ts";
import type { Access, Answer, Peer, Refusal, User } from "./access.ts";

/** What a client's response leads to: a login, another challenge (`connection.secure`), or a refusal. */
export type Outcome =
  | { readonly user: User }
  | { readonly challenge: Uint8Array }
  /** `username` is who the client claims to be; absent where it has not said so. */
  | Refusal & { readonly username?: string };

/** One client's authentication by one mechanism. */
export interface Authentication {
  /** Takes the client's next response. Throws SYNTAX_ERROR when it is malformed. */
  respond(response: Uint8Array): Answer<Outcome>;
}

/** A SASL mechanism (RabbitMQ: Access Control, Authentication Mechanisms). */
export interface Mechanism {
  readonly name: string;
  /** Tells whether it is offered to a peer. Left out where it is offered to all. */
  isOfferedTo?(peer: Peer): boolean;
  begin(access: Access, peer: Peer): Authentication;
}

const decoder = new TextDecoder();

interface NameAndPassword {
  readonly username: string;
  readonly password: string;
}

/** A mechanism whose only response carries a name and a password. */
function byPassword(name: string, read: (response: Uint8Array) => NameAndPassword): Mechanism {
  const outcomeOf = (result: User | Refusal, username: string): Outcome =>
    "refused" in result ? { ...result, username } : { user: result };
  return {
    name,
    begin: (access, peer) => ({
      respond(response) {
        const { username, password } = read(response);
        const result = access.login({ username, password, peer });
        return result instanceof Promise
          ? result.then((late) => outcomeOf(late, username))
          : outcomeOf(result, username);
      },
    }),
  };
}

/** RFC 4616: NUL, name, NUL, password. An authorization identity before them is refused, as by RabbitMQ. */
export const PLAIN: Mechanism = byPassword("PLAIN", (response) => {
  const nameAt = 1;
  const passwordAt = response.indexOf(0, nameAt) + 1;
  if (response[0] !== 0 || passwordAt === 0) {
    throw syntaxError("response of mechanism PLAIN is not of the form NUL name NUL password");
  }
  return {
    username: decoder.decode(response.subarray(nameAt, passwordAt - 1)),
    password: decoder.decode(response.subarray(passwordAt)),
  };
});

/** A field table without its length, with LOGIN and PASSWORD. */
export const AMQPLAIN: Mechanism = byPassword("AMQPLAIN", (response) => {
  const table = readTableFields(new ByteReader(response), response.length);
  const username = textOf(table.get("LOGIN"));
  const password = textOf(table.get("PASSWORD"));
  if (username === undefined || password === undefined) {
    throw syntaxError("response of mechanism AMQPLAIN is not a table with LOGIN and PASSWORD");
  }
  return { username, password };
});

function textOf(field: FieldValue | undefined): string | undefined {
  if (field?.type !== "S") return undefined;
  return typeof field.value === "string" ? field.value : decoder.decode(field.value);
}

/** RabbitMQ's default for `auth_mechanisms`. */
export const DEFAULT_MECHANISMS: readonly Mechanism[] = [PLAIN, AMQPLAIN];
