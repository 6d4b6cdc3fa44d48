import { ByteReader } from "../wire/byte_reader.ts";
import { syntaxError } from "../wire/error.ts";
import { type FieldValue, readTableFields } from "../wire/field_table.ts";

/** A name and a password, as a SASL response carries them. */
export interface NameAndPassword {
  readonly username: string;
  readonly password: string;
}

/** Reads a SASL mechanism's response. Throws SYNTAX_ERROR when it is malformed. */
type Mechanism = (response: Uint8Array) => NameAndPassword;

const decoder = new TextDecoder();

/** The SASL mechanisms that clients are offered (RabbitMQ: Access Control, Authentication Mechanisms), in this order. */
export const MECHANISMS: ReadonlyMap<string, Mechanism> = new Map([
  ["PLAIN", readPlain],
  ["AMQPLAIN", readAmqplain],
]);

/** RFC 4616: NUL, name, NUL, password. An authorization identity before them is refused, as by RabbitMQ. */
function readPlain(response: Uint8Array): NameAndPassword {
  const nameAt = 1;
  const passwordAt = response.indexOf(0, nameAt) + 1;
  if (response[0] !== 0 || passwordAt === 0) {
    throw syntaxError("response of mechanism PLAIN is not of the form NUL name NUL password");
  }
  return {
    username: decoder.decode(response.subarray(nameAt, passwordAt - 1)),
    password: decoder.decode(response.subarray(passwordAt)),
  };
}

/** A field table without its length, with LOGIN and PASSWORD. */
function readAmqplain(response: Uint8Array): NameAndPassword {
  const table = readTableFields(new ByteReader(response), response.length);
  const username = text(table.get("LOGIN"));
  const password = text(table.get("PASSWORD"));
  if (username === undefined || password === undefined) {
    throw syntaxError("response of mechanism AMQPLAIN is not a table with LOGIN and PASSWORD");
  }
  return { username, password };
}

function text(field: FieldValue | undefined): string | undefined {
  if (field?.type !== "S") return undefined;
  return typeof field.value === "string" ? field.value : decoder.decode(field.value);
}
