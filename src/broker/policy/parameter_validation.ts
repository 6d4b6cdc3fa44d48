import { erlangJson, erlangPairs } from "../../wire/erlang_text.ts";
import type { Json } from "../../wire/json.ts";
import { ParameterError } from "./parameters.ts";

/** Returns why a value is refused, in RabbitMQ's words; `undefined` when it is valid. */
export type ParameterCheck = (value: Json) => string | undefined;

/** The fields of a parameter's value. RabbitMQ reports problems in this order. */
export type ParameterParts = Readonly<
  Record<string, { readonly isOptional?: boolean; readonly check: ParameterCheck }>
>;

export const isMap = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const numberNamed = (name: string, isFine: (value: number) => boolean = () => true): ParameterCheck => (value) =>
  typeof value === "number" && isFine(value)
    ? undefined
    : erlangJson(`${name} should be a number, actually was `, value);

/** A problem with the value of a parameter. */
export interface ParameterProblem {
  /** The part that is wrong, if it is a single one. */
  readonly part?: string;
  /** RabbitMQ's text. */
  readonly text: string;
}

/** Returns all problems with the value of a parameter with this name. */
export function findProblems(name: string, parts: ParameterParts, value: Json): ParameterProblem[] {
  if (!isMap(value)) return [{ text: erlangJson(`${name} not a list `, value) }];
  const unknown = Object.entries(value).filter(([part]) => !Object.hasOwn(parts, part));
  const problems: ParameterProblem[] = unknown.length === 0
    ? []
    : [{ text: `${erlangPairs("Unrecognised terms ", unknown)} in ${name}` }];
  for (const [part, { isOptional, check }] of Object.entries(parts)) {
    const one = value[part];
    if (one === undefined && isOptional) continue;
    const text = one === undefined ? `Key "${part}" not found in ${name}` : check(one);
    if (text !== undefined) problems.push({ part, text });
  }
  return problems;
}

/** Throws {@linkcode ParameterError} with RabbitMQ's text, if there are problems. */
export function throwProblems(problems: readonly ParameterProblem[]): void {
  if (problems.length === 0) return;
  throw new ParameterError(["Validation failed\n", ...problems.map(({ text }) => text), ""].join("\n"));
}
