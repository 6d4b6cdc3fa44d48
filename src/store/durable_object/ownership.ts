import { phrase } from "../../phrase/phrase.ts";
import { StoreError } from "../error.ts";
import type { Epoch, LogPosition } from "../log/position.ts";
import type { DurableObjectStorage } from "./storage.ts";

/** Number of the tables' format. */
const FORMAT = 1;

const TABLES = [
  // One row: who owns everything, and the last position of the log.
  "CREATE TABLE IF NOT EXISTS haremq_owner (format INTEGER NOT NULL, epoch INTEGER NOT NULL, last INTEGER NOT NULL)",
  "CREATE TABLE IF NOT EXISTS haremq_log (position INTEGER PRIMARY KEY, starts INTEGER NOT NULL, records BLOB NOT NULL)",
  "CREATE TABLE IF NOT EXISTS haremq_object (name TEXT PRIMARY KEY, id INTEGER NOT NULL, size INTEGER NOT NULL)",
  "CREATE TABLE IF NOT EXISTS haremq_part (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
];

/** The condition of a change by its owner, with one binding: its epoch. */
export const IS_OWNER = "(SELECT epoch FROM haremq_owner) = ?";

/** The owner of what a Durable Object keeps. */
export interface Ownership {
  readonly epoch: Epoch;
  /** Position of the last batch in the log. */
  readonly last: LogPosition;
}

/**
 * Makes the caller the owner of the log and the objects in a Durable Object's storage, and the tables when there are
 * none. Everything of an owner before is refused from then on. Throws `StoreError` for tables of another format.
 */
export function takeOver({ sql }: DurableObjectStorage): Ownership {
  for (const table of TABLES) sql.exec(table);
  sql.exec("INSERT INTO haremq_owner SELECT ?, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM haremq_owner)", FORMAT);
  const [{ format }] = sql.exec("SELECT format FROM haremq_owner").toArray();
  if (format !== FORMAT) {
    throw new StoreError(phrase`The Durable Object has format ${format}, and this is a program for format ${FORMAT}`);
  }
  const [{ epoch, last }] = sql.exec("UPDATE haremq_owner SET epoch = epoch + 1 RETURNING epoch, last").toArray();
  return { epoch: epoch as Epoch, last: last as LogPosition };
}
