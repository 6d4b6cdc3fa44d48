import { preconditionFailed } from "../../wire/error.ts";
import { type FieldTable, fieldTypeName } from "../../wire/field_table.ts";

const ARGUMENT = "alternate-exchange";

/** Throws PRECONDITION_FAILED for an alternate exchange that is no name. `exchange` is how errors call the exchange. */
export function checkAlternateExchange(exchangeArguments: FieldTable, exchange: string): void {
  const argument = exchangeArguments.get(ARGUMENT);
  if (argument === undefined || argument.type === "S") return;
  throw preconditionFailed(`invalid type '${fieldTypeName(argument)}' for arg '${ARGUMENT}' in ${exchange}`);
}

/** The alternate exchange that `exchange.declare` asks for (RabbitMQ: Alternate Exchanges). */
export function alternateExchangeOf(exchangeArguments: FieldTable): string | undefined {
  const argument = exchangeArguments.get(ARGUMENT);
  return argument?.type === "S" ? String(argument.value) : undefined;
}
