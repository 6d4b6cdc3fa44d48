import type { Phrase } from "../../phrase/phrase.ts";
import type { Term } from "./term.ts";

/** What is shown: a value, a text, or lines of text. Programs get a text in English. */
export type Shown = Term | Phrase | readonly (Term | Phrase)[];

/** What a command returns to be shown. */
export type Result =
  /** Nothing but success: formatters write nothing, and JSON says `ok`. */
  | { readonly kind: "done" }
  /** Nothing, not even in JSON. */
  | { readonly kind: "silence" }
  /** One value. */
  | { readonly kind: "value"; readonly term: Shown }
  /** One text that may be bold in parts, and has no control characters in its names. */
  | { readonly kind: "drawing"; readonly text: string }
  /** One value, which JSON has inside of an object that says `ok`. */
  | { readonly kind: "outcome"; readonly term: Shown }
  /** A list, in batches. */
  | {
    readonly kind: "list";
    readonly batches: AsyncIterable<readonly (Term | Phrase)[]> | Iterable<readonly (Term | Phrase)[]>;
  };

export const DONE: Result = { kind: "done" };
export const SILENCE: Result = { kind: "silence" };
export const value = (term: Shown): Result => ({ kind: "value", term });
export const drawing = (text: string): Result => ({ kind: "drawing", text });
export const outcome = (term: Shown): Result => ({ kind: "outcome", term });
/** Returns a list. RabbitMQ shows an empty one as an empty line. */
export const list = (terms: readonly Term[]): Result =>
  terms.length === 0 ? value(terms) : { kind: "list", batches: [terms] };
/** A list that is read bit by bit, and has nothing in it: it is shown as nothing. */
export const NO_ROWS: Result = { kind: "list", batches: [] };
export const batches = (batches: AsyncIterable<readonly (Term | Phrase)[]>): Result => ({ kind: "list", batches });
