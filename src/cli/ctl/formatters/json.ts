import { visibleJson } from "../../../runtime/visible.ts";
import { AmqpTable, amqpTypeOf, Atom, Dictionary, Pid, Properties, type Term, Tuple } from "../term.ts";

/** Returns a term as JSON without control characters. */
export const writeJson = (term: Term): string => visibleJson(JSON.stringify(jsonOf(term)));

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

function jsonOf(term: Term): Json {
  if (term === null || typeof term !== "object") return term;
  if (term instanceof Atom) return term.name;
  if (term instanceof Pid) return term.text;
  if (term instanceof Tuple) return term.items.map(jsonOf);
  if (term instanceof AmqpTable) return term.entries.map(([key, value]) => [key, amqpTypeOf(value), value as Json]);
  if (term instanceof Properties || term instanceof Dictionary) {
    return Object.fromEntries(term.entries.map(([key, value]) => [key, jsonOf(value)]));
  }
  return term.map(jsonOf);
}
