import { AmqpTable, Atom, Dictionary, Pid, Properties, type Term, Tuple } from "../term.ts";

/** Returns a term as text: strings as they are, everything else in Elixir's syntax. */
export const inspect = (term: Term): string => typeof term === "string" ? term : inspectInside(term);

function inspectInside(term: Term): string {
  if (typeof term === "string") return JSON.stringify(term);
  if (term === null) return "nil";
  if (typeof term !== "object") return String(term);
  if (term instanceof Atom) return /^[a-z_]\w*[?!]?$/i.test(term.name) ? `:${term.name}` : `:"${term.name}"`;
  if (term instanceof Pid) return `#PID${term.text}`;
  if (term instanceof Tuple) return `{${term.items.map(inspectInside).join(", ")}}`;
  if (term instanceof AmqpTable) return `[${term.entries.map(([key]) => JSON.stringify(key)).join(", ")}]`;
  if (term instanceof Properties) {
    return `[${term.entries.map(([key, value]) => `${key}: ${inspectInside(value)}`).join(", ")}]`;
  }
  if (term instanceof Dictionary) {
    const entryOf = ([key, value]: readonly [string, Term]) =>
      term.hasAtomKeys ? `${key}: ${inspectInside(value)}` : `${JSON.stringify(key)} => ${inspectInside(value)}`;
    return `%{${term.entries.map(entryOf).join(", ")}}`;
  }
  return `[${term.map(inspectInside).join(", ")}]`;
}
