import { ByteReader } from "../wire/byte_reader.ts";
import { syntaxError } from "../wire/error.ts";
import { type FieldValue, readTableFields } from "../wire/field_table.ts";
import type { Access, Answer, Peer, Refusal, User } from "./access.ts";
import { then } from "./answer.ts";
import { isRefused } from "./backend.ts";

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

/** Names and passwords are UTF-8, and a byte order mark is a part of them. */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

interface NameAndPassword {
  readonly username: Uint8Array;
  readonly password: Uint8Array;
}

/** Goes on with the result of a login. */
export function outcomeOf(login: Answer<User | Refusal>, username: string): Answer<Outcome> {
  return then(login, (result): Outcome => isRefused(result) ? { ...result, username } : { user: result });
}

/** Logs in by a name and password as they were sent. No user has a name or password that is not UTF-8. */
export function logIn(access: Access, peer: Peer, sent: NameAndPassword): Answer<Outcome> {
  let username;
  let password;
  try {
    username = strict.decode(sent.username);
    password = strict.decode(sent.password);
  } catch {
    return { refused: "name or password is not valid UTF-8", username: lenient.decode(sent.username) };
  }
  return outcomeOf(access.login({ username, password, peer }), username);
}

/** A mechanism whose only response carries a name and a password. */
function byPassword(name: string, read: (response: Uint8Array) => NameAndPassword): Mechanism {
  return { name, begin: (access, peer) => ({ respond: (response) => logIn(access, peer, read(response)) }) };
}

/** RFC 4616: NUL, name, NUL, password. An authorization identity before them is refused, as by RabbitMQ. */
export const PLAIN: Mechanism = byPassword("PLAIN", (response) => {
  const nameAt = 1;
  const passwordAt = response.indexOf(0, nameAt) + 1;
  if (response[0] !== 0 || passwordAt === 0 || response.indexOf(0, passwordAt) !== -1) {
    throw syntaxError("response of mechanism PLAIN is not of the form NUL name NUL password");
  }
  return { username: response.subarray(nameAt, passwordAt - 1), password: response.subarray(passwordAt) };
});

/** A field table without its length, with LOGIN and PASSWORD. */
export const AMQPLAIN: Mechanism = byPassword("AMQPLAIN", (response) => {
  const table = readTableFields(new ByteReader(response), response.length);
  const username = bytesOf(table.get("LOGIN"));
  const password = bytesOf(table.get("PASSWORD"));
  if (username === undefined || password === undefined) {
    throw syntaxError("response of mechanism AMQPLAIN is not a table with LOGIN and PASSWORD");
  }
  return { username, password };
});

function bytesOf(field: FieldValue | undefined): Uint8Array | undefined {
  if (field?.type !== "S") return undefined;
  return typeof field.value === "string" ? new TextEncoder().encode(field.value) : field.value;
}

/** RabbitMQ's default for `auth_mechanisms`. */
export const DEFAULT_MECHANISMS: readonly Mechanism[] = [PLAIN, AMQPLAIN];
