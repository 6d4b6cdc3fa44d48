import { preconditionFailed } from "../../wire/error.ts";
import { erlangShown } from "../../wire/erlang_text.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import type { ExchangeType } from "./router.ts";

export const DELAYED_MESSAGE = "x-delayed-message";
const ARGUMENT = "x-delayed-type";
/** Argument with which an exchange of any type delays messages, as in LavinMQ. */
const DELAYED_EXCHANGE = "x-delayed-exchange";

/**
 * The exchange type of RabbitMQ's delayed message plugin: it delays messages, and then routes them as the type in an
 * argument does. `types` are all types.
 */
export function delayedMessageType(types: ReadonlyMap<string, ExchangeType>): ExchangeType {
  const innerType = (exchangeArguments: FieldTable) => types.get(String(exchangeArguments.get(ARGUMENT)?.value));
  return {
    checkArguments(exchangeArguments) {
      const argument = exchangeArguments.get(ARGUMENT);
      if (argument?.type !== "S") {
        throw preconditionFailed(`Invalid argument, '${ARGUMENT}' must be an existing exchange type`);
      }
      if (argument.value === DELAYED_MESSAGE) {
        throw preconditionFailed(`Invalid argument, '${DELAYED_MESSAGE}' can't be used for '${ARGUMENT}'`);
      }
      const inner = innerType(exchangeArguments);
      if (inner === undefined) throw preconditionFailed(`${erlangShown("unknown exchange type '", argument)}'`);
      inner.checkArguments?.(exchangeArguments);
    },
    checkBinding: (binding, exchangeArguments) =>
      innerType(exchangeArguments)!.checkBinding?.(binding, exchangeArguments),
    createRouter: (exchangeArguments, host) => innerType(exchangeArguments)!.createRouter(exchangeArguments, host),
  };
}

/** Returns whether an exchange delays messages. */
export function delaysMessages(
  { type, arguments: all }: { readonly type: string; readonly arguments: FieldTable },
): boolean {
  return type === DELAYED_MESSAGE || all.get(DELAYED_EXCHANGE)?.value === true;
}
