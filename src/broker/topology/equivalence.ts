import { type ChannelError, preconditionFailed } from "../../wire/error.ts";
import { erlangShown, erlangValue } from "../../wire/erlang_text.ts";
import { type FieldTable, fieldTypeName, type FieldValue, fieldValuesEqual } from "../../wire/field_table.ts";

function inequivalent(name: string, phrase: string, received: string, current: string): ChannelError {
  return preconditionFailed(`inequivalent arg '${name}' for ${phrase}: received ${received} but current is ${current}`);
}

/** Throws PRECONDITION_FAILED when a thing is declared again in another way. `phrase` names it in errors. */
export function checkEquivalence(
  name: string,
  phrase: string,
  received: string | boolean,
  current: string | boolean,
): void {
  if (received !== current) throw inequivalent(name, phrase, `'${received}'`, `'${current}'`);
}

/** Checks an argument in the same way. RabbitMQ names the type of a value only when the other side has none. */
export function checkArgumentEquivalence(
  name: string,
  phrase: string,
  received: FieldTable,
  current: FieldTable,
): void {
  const receivedField = received.get(name);
  const currentField = current.get(name);
  if (fieldValuesEqual(receivedField, currentField)) return;
  if (receivedField !== undefined && currentField !== undefined) {
    // RabbitMQ compares the Erlang values, whatever their types: a timestamp and an integer may be equal.
    if (erlangValue("", receivedField) === erlangValue("", currentField)) return;
    throw inequivalent(name, phrase, describeValue(receivedField), describeValue(currentField));
  }
  // A classic queue may have the type or leave it out.
  if (name === "x-queue-type" && (receivedField ?? currentField)?.value === "classic") return;
  throw inequivalent(name, phrase, describeField(receivedField), describeField(currentField));
}

/** Describes a value. RabbitMQ treats void as no value when it compares. */
function describeValue(field: FieldValue): string {
  return field.type === "V" ? "none" : `${erlangShown("'", field)}'`;
}

function describeField(field: FieldValue | undefined): string {
  return field === undefined ? "none" : `${erlangShown("the value '", field)}' of type '${fieldTypeName(field)}'`;
}
