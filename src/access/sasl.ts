import { ByteReader } from "../wire/byte_reader.ts";
import { syntaxError } from "../wire/error.ts";
import { type FieldValue, readTableFields } from "../wire/field_table.ts";
import type { Access, Answer, Peer, Refusal, User } from "./access.ts";
import { then } from "./answer.ts";
import { isRefused } from "./backend.ts";

/** The result of a client's response: a login, another challenge (`connection.secure`), or a refusal. */
export type SaslResult =
  | { readonly user: User }
  | { readonly challenge: Uint8Array }
  /** `username` is the name that the client claims; absent where it has given none. */
  | Refusal & { readonly username?: string };

/** A client's authentication by one mechanism. */
export interface Authentication {
  /** Handles the client's next response. Throws SYNTAX_ERROR when it is malformed. */
  respond(response: Uint8Array): Answer<SaslResult>;
}

/** A SASL mechanism (RabbitMQ: Access Control, Authentication Mechanisms). */
export interface Mechanism {
  /** Name of the mechanism, such as `PLAIN`. */
  readonly name: string;
  /** Returns whether the mechanism is offered to a peer. Left out where all are offered it. */
  isOfferedTo?(peer: Peer): boolean;
  /** Begins the login of a client. */
  begin(access: Access, peer: Peer): Authentication;
}

/** Decoder of names and passwords, which are UTF-8; a byte order mark is a part of them. */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

interface NameAndPassword {
  readonly username: Uint8Array;
  readonly password: Uint8Array;
}

/** Turns the result of a login into that of a response. */
export function resultOf(login: Answer<User | Refusal>, username: string): Answer<SaslResult> {
  return then(login, (result): SaslResult => isRefused(result) ? { ...result, username } : { user: result });
}

/** Logs in with a name and password as they were sent. No user has a name or password that is not UTF-8. */
export function logIn(access: Access, peer: Peer, sent: NameAndPassword): Answer<SaslResult> {
  let username;
  let password;
  try {
    username = strict.decode(sent.username);
    password = strict.decode(sent.password);
  } catch {
    return { refused: "name or password is not valid UTF-8", username: lenient.decode(sent.username) };
  }
  return resultOf(access.login({ username, password, peer }), username);
}

/** Makes a mechanism whose only response carries a name and a password. */
function byPassword(name: string, read: (response: Uint8Array) => NameAndPassword): Mechanism {
  return { name, begin: (access, peer) => ({ respond: (response) => logIn(access, peer, read(response)) }) };
}

/** PLAIN (RFC 4616): NUL, name, NUL, password. An authorization identity before them is refused, as in RabbitMQ. */
export const PLAIN: Mechanism = byPassword("PLAIN", (response) => {
  const nameAt = 1;
  const passwordAt = response.indexOf(0, nameAt) + 1;
  if (response[0] !== 0 || passwordAt === 0 || response.indexOf(0, passwordAt) !== -1) {
    throw syntaxError("response of mechanism PLAIN is not of the form NUL name NUL password");
  }
  return { username: response.subarray(nameAt, passwordAt - 1), password: response.subarray(passwordAt) };
});

/** AMQPLAIN: a field table without its length, with LOGIN and PASSWORD. */
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
