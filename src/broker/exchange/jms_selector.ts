import type { FieldTable } from "../../wire/field_table.ts";
import { Atom, parseSelectorTerm, type SelectorTerm, Tuple } from "./selector_term.ts";
import { likePattern } from "./like_pattern.ts";

/** The value of an expression; `undefined` is SQL's null, or unknown. */
type Value = number | string | boolean | undefined;
type Expression = (headers: FieldTable) => Value;

/** Returns whether a message with these headers is selected. */
export type Selector = (headers: FieldTable) => boolean;

/**
 * Parses a JMS selector, in the form of the Erlang term that RabbitMQ's JMS client makes of it. Throws `SyntaxError`
 * for any other text.
 */
export function parseSelector(text: string): Selector {
  const expression = compile(parseSelectorTerm(text));
  return (headers) => expression(headers) === true;
}

const not = (value: Value): Value => typeof value === "boolean" ? !value : undefined;
const and = (a: Value, b: Value): Value => a === false || b === false ? false : a === true && b === true || undefined;
const or = (a: Value, b: Value): Value => not(and(not(a), not(b)));
const sign = (factor: number) => (value: Value): Value => typeof value === "number" ? factor * value : undefined;

/** Types in Erlang's order of terms. */
const RANKS: readonly string[] = ["number", "boolean", "string"];

function isOrdered(decide: (a: number | string | boolean, b: number | string | boolean) => boolean) {
  return (a: Value, b: Value): Value => {
    if (a === undefined || b === undefined) return undefined;
    if (typeof a === typeof b) return decide(a, b);
    return decide(RANKS.indexOf(typeof a), RANKS.indexOf(typeof b));
  };
}

const arithmetic = (calculate: (a: number, b: number) => number) => (a: Value, b: Value): Value =>
  typeof a === "number" && typeof b === "number" ? calculate(a, b) : undefined;

const notBefore = isOrdered((a, b) => a >= b);
const isBetween = (value: Value, low: Value, high: Value): Value => and(notBefore(value, low), notBefore(high, value));

const UNARY: ReadonlyMap<string, (value: Value) => Value> = new Map([
  ["not", not],
  ["is_null", (value) => value === undefined],
  ["not_null", (value) => value !== undefined],
  ["-", sign(-1)],
  ["+", sign(1)],
]);

const BINARY: ReadonlyMap<string, (a: Value, b: Value) => Value> = new Map([
  ["and", and],
  ["or", or],
  ["=", isOrdered((a, b) => a === b)],
  ["<>", isOrdered((a, b) => a !== b)],
  [">", isOrdered((a, b) => a > b)],
  ["<", isOrdered((a, b) => a < b)],
  [">=", notBefore],
  ["<=", isOrdered((a, b) => a <= b)],
  ["+", arithmetic((a, b) => a + b)],
  ["-", arithmetic((a, b) => a - b)],
  ["*", arithmetic((a, b) => a * b)],
  ["/", arithmetic((a, b) => a / b)],
]);

/** Operators with operands that are not all expressions. */
const SPECIAL: ReadonlyMap<string, (parts: readonly SelectorTerm[]) => Expression> = new Map([
  ["ident", ident],
  ["in", isIn],
  ["not_in", (parts) => negated(isIn(parts))],
  ["like", like],
  ["not_like", (parts) => negated(like(parts))],
  ["between", between],
  ["not_between", (parts) => negated(between(parts))],
]);

const negated = (expression: Expression): Expression => (headers) => not(expression(headers));

function compile(term: SelectorTerm): Expression {
  if (typeof term === "number" || typeof term === "string") return () => term;
  if (term instanceof Atom && (term.name === "true" || term.name === "false")) return () => term.name === "true";
  if (!(term instanceof Tuple)) throw new SyntaxError("invalid_term");
  const [operator, ...parts] = term.items;
  if (!(operator instanceof Atom)) throw new SyntaxError("invalid_term");
  const special = SPECIAL.get(operator.name);
  if (special !== undefined) return special(parts);
  const operands = parts.map(compile);
  const [first, second] = operands;
  const unary = UNARY.get(operator.name);
  if (operands.length === 1 && unary !== undefined) return (headers) => unary(first(headers));
  const binary = BINARY.get(operator.name);
  if (operands.length === 2 && binary !== undefined) return (headers) => binary(first(headers), second(headers));
  if (unary !== undefined || binary !== undefined) throw new SyntaxError("invalid_term");
  throw new SyntaxError(`{disallowed_atom,"${operator.name}"}`);
}

function ident(parts: readonly SelectorTerm[]): Expression {
  const [name] = parts;
  if (parts.length !== 1 || typeof name !== "string") throw new SyntaxError("invalid_term");
  return (headers) => {
    const field = headers.get(name);
    // Integers of 64 bits are bigints.
    const value = typeof field?.value === "bigint" && field.type === "l" ? Number(field.value) : field?.value;
    return typeof value === "number" || typeof value === "string" || typeof value === "boolean" ? value : undefined;
  };
}

function isIn(parts: readonly SelectorTerm[]): Expression {
  const [term, list] = parts;
  if (parts.length !== 2 || !Array.isArray(list)) throw new SyntaxError("invalid_term");
  const expression = compile(term);
  const values = new Set<unknown>(list);
  return (headers) => {
    const value = expression(headers);
    return value === undefined ? undefined : values.has(value);
  };
}

function like(parts: readonly SelectorTerm[]): Expression {
  const [term, pattern, escape] = parts;
  const hasNoEscape = escape instanceof Atom && escape.name === "no_escape";
  if (parts.length !== 3 || typeof pattern !== "string" || !hasNoEscape && typeof escape !== "string") {
    throw new SyntaxError("invalid_term");
  }
  const expression = compile(term);
  const isMatch = likePattern(pattern, hasNoEscape ? undefined : escape as string);
  return (headers) => {
    const value = expression(headers);
    return typeof value === "string" ? isMatch(value) : undefined;
  };
}

/** Parses `between`, whose bounds come one by one or together as a range. */
function between(parts: readonly SelectorTerm[]): Expression {
  const [term, range] = parts;
  if (parts.length === 2 && range instanceof Tuple) {
    const [tag, ...bounds] = range.items;
    if (tag instanceof Atom && tag.name === "range") return between([term, ...bounds]);
  }
  if (parts.length !== 3) throw new SyntaxError("invalid_term");
  const [value, low, high] = parts.map(compile);
  return (headers) => isBetween(value(headers), low(headers), high(headers));
}
