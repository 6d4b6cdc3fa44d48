import { type Phrase, phrase } from "../../phrase/phrase.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { OwnBodies } from "./load/own_message.ts";
import { PerfError } from "./perf_error.ts";
import type { Values } from "./values.ts";

/** Reads the files that switches name. */
export type FileReader = Pick<Runtime, "readFile" | "readTextFile">;

const FIELDS = 1000;
const BODIES = 100;
/** Maximum number of fields or bodies. */
const COUNT_MAX = 100_000;
/** Maximum size of all bodies together. In bytes. */
const BODIES_MAX_BYTES = 512 * 1024 ** 2;
const FIELD_MAX_CHARACTERS = 30;
const VALUE_MAX_CHARACTERS = 200;
const TEXT_MIN_CHARACTERS = 5;

const LOWER_CASE = "abcdefghijklmnopqrstuvwxyz";
const LETTERS_AND_DIGITS = `${LOWER_CASE.toUpperCase()}${LOWER_CASE}0123456789`;

/** Returns bodies from files (`--body`) or of random JSON (`--json-body`), which count in this order, if any. */
export function bodiesOf(values: Values, bodyBytes: number, files: FileReader): OwnBodies | undefined {
  const names = values.text("B");
  if (names !== undefined) {
    return { all: readBodies(names.split(","), files), areRandom: false, contentType: values.text("T") };
  }
  const fields = countOf(values, "bfc", FIELDS, phrase`Body field count`);
  const bodies = countOf(values, "bc", BODIES, phrase`Number of pre-generated message bodies`);
  if (!values.has("jb")) return undefined;
  if (bodies * bodyBytes > BODIES_MAX_BYTES) {
    throw new PerfError(
      phrase`${bodies} bodies of ${bodyBytes} bytes take too much memory: choose a smaller --body-count`,
    );
  }
  return { all: jsonBodies(fields, bodies, bodyBytes), areRandom: true, contentType: "application/json" };
}

function readBodies(names: readonly string[], files: FileReader): readonly Uint8Array[] {
  let left = BODIES_MAX_BYTES;
  return names.map((name) => {
    try {
      const body = files.readFile(name.trim(), left);
      left -= body.length;
      return body;
    } catch (error) {
      throw new PerfError(phrase`${name} isn't a valid body file: ${(error as Error).message}`);
    }
  });
}

function countOf(values: Values, name: string, absent: number, what: Phrase): number {
  const count = values.number(name, absent, COUNT_MAX);
  if (count === 0) throw new PerfError(phrase`${what} should be greater than 0.`);
  return count;
}

function jsonBodies(fieldCount: number, bodyCount: number, bodyBytes: number): readonly Uint8Array[] {
  const fields = Array.from({ length: fieldCount }, () => randomText(FIELD_MAX_CHARACTERS, LOWER_CASE));
  const values = Array.from({ length: fieldCount }, () => randomText(VALUE_MAX_CHARACTERS, LETTERS_AND_DIGITS));
  const encoder = new TextEncoder();
  return Array.from({ length: bodyCount }, () => encoder.encode(jsonBody(fields, values, bodyBytes)));
}

/** Returns a JSON object of at least this size. The fields repeat when there are not enough. */
function jsonBody(fields: string[], values: readonly string[], bodyBytes: number): string {
  let text = "{ ";
  for (let index = 0;; index++) {
    text += `"${drawn(fields, index % fields.length)}" : "${values[below(values.length)]}"`;
    if (text.length >= bodyBytes) return `${text} }`;
    text += ",";
  }
}

/** Returns a random field of those from `at` on, which changes places with the one at `at`. */
function drawn(fields: string[], at: number): string {
  const other = at + below(fields.length - at);
  const field = fields[other];
  fields[other] = fields[at];
  fields[at] = field;
  return field;
}

function randomText(maxLength: number, letters: string): string {
  const length = TEXT_MIN_CHARACTERS + below(maxLength - TEXT_MIN_CHARACTERS + 1);
  return Array.from({ length }, () => letters[below(letters.length)]).join("");
}

const below = (limit: number): number => Math.floor(Math.random() * limit);
