import { preconditionFailed } from "../../wire/error.ts";
import { erlangValue } from "../../wire/erlang_text.ts";
import { type FieldTable, fieldTypeName, type FieldValue, fieldValuesEqual } from "../../wire/field_table.ts";
import type { Binding } from "./binding.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { ExchangeType, Match, Router } from "./router.ts";

/** Returns whether a message's headers match a binding's arguments. */
type Predicate = (headers: FieldTable) => boolean;
type Criterion = readonly [name: string, wanted: FieldValue];

const isPresent = (headers: FieldTable) => ([name, wanted]: Criterion): boolean => {
  const value = headers.get(name);
  // A void argument matches any value of the header.
  return value !== undefined && (wanted.type === "V" || fieldValuesEqual(value, wanted));
};
const all = (criteria: readonly Criterion[]): Predicate => (headers) => criteria.every(isPresent(headers));
const any = (criteria: readonly Criterion[]): Predicate => (headers) => criteria.some(isPresent(headers));

/** By the value of `x-match` (RabbitMQ: Headers Exchange): without `-with-x`, arguments that start with `x-` don't count. */
const X_MATCH: ReadonlyMap<string, (criteria: readonly Criterion[]) => Predicate> = new Map([
  ["all", (criteria) => all(criteria.filter(isNotX))],
  ["any", (criteria) => any(criteria.filter(isNotX))],
  ["all-with-x", all],
  ["any-with-x", any],
]);

const DEFAULT_X_MATCH: FieldValue = { type: "S", value: "all" };

function isNotX([name]: Criterion): boolean {
  return !name.startsWith("x-");
}

/** Returns the predicate of a binding's arguments. Throws PRECONDITION_FAILED for an unknown `x-match`. */
function predicateOf(bindingArguments: FieldTable): Predicate {
  const field = bindingArguments.get("x-match") ?? DEFAULT_X_MATCH;
  if (field.type !== "S") {
    const received = erlangValue(`Invalid x-match field type ${fieldTypeName(field)} (value `, field);
    throw preconditionFailed(`${received}); expected longstr`);
  }
  const predicate = X_MATCH.get(String(field.value));
  if (predicate === undefined) {
    const received = erlangValue("Invalid x-match field value ", field);
    throw preconditionFailed(`${received}; expected all, any, all-with-x, or any-with-x`);
  }
  return predicate([...bindingArguments].filter(([name]) => name !== "x-match"));
}

/** AMQP 0-9-1 §3.1.3.4: bindings match by the message's headers; the routing key is ignored. */
class HeadersRouter implements Router {
  readonly dependsOnMessage = true;
  readonly #bindings = new Map<Binding, Predicate>();

  add(binding: Binding): void {
    this.#bindings.set(binding, predicateOf(binding.arguments));
  }

  remove(binding: Binding): void {
    this.#bindings.delete(binding);
  }

  route(message: RoutedMessage, match: Match): void {
    if (this.#bindings.size === 0) return;
    const { headers } = message;
    for (const [binding, isMatch] of this.#bindings) {
      if (isMatch(headers)) match(binding.destination);
    }
  }
}

export const headers: ExchangeType = {
  checkBinding: (binding) => void predicateOf(binding.arguments),
  createRouter: () => new HeadersRouter(),
};
