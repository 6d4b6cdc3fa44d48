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

/** Returns all problems with the value of a parameter with this name. */
export function findProblems(name: string, parts: ParameterParts, value: Json): string[] {
  if (!isMap(value)) return [erlangJson(`${name} not a list `, value)];
  const unknown = Object.entries(value).filter(([part]) => !Object.hasOwn(parts, part));
  const problems = unknown.length > 0 ? [`${erlangPairs("Unrecognised terms ", unknown)} in ${name}`] : [];
  for (const [part, { isOptional, check }] of Object.entries(parts)) {
    const one = value[part];
    if (one === undefined && isOptional) continue;
    const problem = one === undefined ? `Key "${part}" not found in ${name}` : check(one);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/** Throws {@linkcode ParameterError} with RabbitMQ's text, if there are problems. */
export function throwProblems(problems: readonly string[]): void {
  if (problems.length > 0) throw new ParameterError(["Validation failed\n", ...problems, ""].join("\n"));
}
