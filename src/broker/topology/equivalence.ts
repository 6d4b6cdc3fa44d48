import { type ChannelError, preconditionFailed } from "../../wire/error.ts";
import { erlangShown, erlangValue } from "../../wire/erlang_text.ts";
import { type FieldTable, fieldTypeName, type FieldValue, fieldValuesEqual } from "../../wire/field_table.ts";

function inequivalent(name: string, phrase: string, received: string, current: string): ChannelError {
  return preconditionFailed(`inequivalent arg '${name}' for ${phrase}: received ${received} but current is ${current}`);
}

/** Throws PRECONDITION_FAILED when what is declared again is something else. `phrase` is how errors call it. */
export function checkEquivalence(
  name: string,
  phrase: string,
  received: string | boolean,
  current: string | boolean,
): void {
  if (received !== current) throw inequivalent(name, phrase, `'${received}'`, `'${current}'`);
}

/** Does the same for an argument. RabbitMQ tells a value's type only where the other side has none. */
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
    // RabbitMQ compares values of different types too, as Erlang has them: a timestamp and an integer may be equal.
    if (erlangValue("", receivedField) === erlangValue("", currentField)) return;
    throw inequivalent(name, phrase, describeValue(receivedField), describeValue(currentField));
  }
  // A classic queue may say so or not.
  if (name === "x-queue-type" && (receivedField ?? currentField)?.value === "classic") return;
  throw inequivalent(name, phrase, describeField(receivedField), describeField(currentField));
}

/** A void is no value at all to RabbitMQ where it compares values. */
function describeValue(field: FieldValue): string {
  return field.type === "V" ? "none" : `${erlangShown("'", field)}'`;
}

function describeField(field: FieldValue | undefined): string {
  return field === undefined ? "none" : `${erlangShown("the value '", field)}' of type '${fieldTypeName(field)}'`;
}
