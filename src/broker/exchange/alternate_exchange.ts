import { preconditionFailed } from "../../wire/error.ts";
import { type FieldTable, fieldTypeName } from "../../wire/field_table.ts";

const ARGUMENT = "alternate-exchange";

/** Throws PRECONDITION_FAILED for an alternate exchange that is not a name. `exchange` names the exchange in errors. */
export function checkAlternateExchange(exchangeArguments: FieldTable, exchange: string): void {
  const argument = exchangeArguments.get(ARGUMENT);
  if (argument === undefined || argument.type === "S") return;
  throw preconditionFailed(`invalid type '${fieldTypeName(argument)}' for arg '${ARGUMENT}' in ${exchange}`);
}

/** Returns the alternate exchange in the arguments of `exchange.declare` (RabbitMQ: Alternate Exchanges). */
export function alternateExchangeOf(exchangeArguments: FieldTable): string | undefined {
  const argument = exchangeArguments.get(ARGUMENT);
  return argument?.type === "S" ? String(argument.value) : undefined;
}
