import * as fc from "fast-check";
import type { FieldTable, FieldValue } from "../../src/wire/field_table.ts";
import { AMQP_0_9_1, type Method, type MethodName, METHODS } from "../../src/amqp091/methods.ts";
import type { BasicProperties } from "../../src/wire/properties.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Well-formed text of any script; a lone surrogate has no UTF-8. */
const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: "binary", maxLength });

/** Text of 0 to 255 bytes of UTF-8. */
export const shortstr: fc.Arbitrary<string> = fc.oneof(
  text(20),
  text(255).filter((value) => encoder.encode(value).length <= 255),
);

export const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 40 });
const notUtf8: fc.Arbitrary<Uint8Array> = bytes.filter((value) => {
  try {
    decoder.decode(value);
    return false;
  } catch {
    return true;
  }
});

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const field = <T extends FieldValue["type"]>(type: T, value: fc.Arbitrary<unknown>): fc.Arbitrary<FieldValue> =>
  value.map((value) => ({ type, value }) as FieldValue);

/** Values of every type of a field table, nested tables and arrays included. */
export const { fieldValue, table } = fc.letrec<{ fieldValue: FieldValue; table: FieldTable }>((tie) => ({
  fieldValue: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    field("t", fc.boolean()),
    field("b", fc.integer({ min: -128, max: 127 })),
    field("B", fc.integer({ min: 0, max: 255 })),
    field("s", fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })),
    field("u", fc.integer({ min: 0, max: 2 ** 16 - 1 })),
    field("I", fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    field("i", fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    field("l", int64),
    field("f", fc.float()),
    field("d", fc.double()),
    field(
      "D",
      fc.record({
        scale: fc.integer({ min: 0, max: 255 }),
        value: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      }, { noNullPrototype: true }),
    ),
    field("T", uint64),
    field("S", fc.oneof(text(40), notUtf8)),
    field("x", bytes),
    field("V", fc.constant(null)),
    field("F", tie("table")),
    field("A", fc.array(tie("fieldValue"), { maxLength: 5 })),
  ),
  table: fc.array(fc.tuple(shortstr, tie("fieldValue")), { maxLength: 5 }).map((entries) => new Map(entries)),
}));

const OF_FIELD_TYPE: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  bit: fc.boolean(),
  octet: fc.integer({ min: 0, max: 255 }),
  short: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  long: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  longlong: uint64,
  shortstr,
  longstr: bytes,
  table,
};

/** Generates the method `name` with any values in its fields. */
export function methodCalled(name: MethodName): fc.Arbitrary<Method> {
  const fields: Record<string, fc.Arbitrary<unknown>> = { name: fc.constant(name) };
  for (const [field, type] of Object.entries(METHODS[name][2])) {
    if (!field.startsWith("reserved")) fields[field] = OF_FIELD_TYPE[type];
  }
  return fc.record(fields, { noNullPrototype: true }) as unknown as fc.Arbitrary<Method>;
}

export const METHOD_NAMES = Object.keys(METHODS) as readonly MethodName[];
export const method: fc.Arbitrary<Method> = fc.oneof(...METHOD_NAMES.map(methodCalled));

/** Ids that no method of 0-9-1 has. */
export const unknownMethodId: fc.Arbitrary<readonly [classId: number, methodId: number]> = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 16 - 1 }), fc.integer({ min: 0, max: 2 ** 16 - 1 }))
  .filter(([classId, methodId]) =>
    METHOD_NAMES.every((name) => {
      const [knownClass, knownMethod] = AMQP_0_9_1.id(name);
      return knownClass !== classId || knownMethod !== methodId;
    })
  );

/** Any combination of content properties. */
export const properties: fc.Arbitrary<BasicProperties> = fc.record({
  contentType: shortstr,
  contentEncoding: shortstr,
  headers: table,
  deliveryMode: OF_FIELD_TYPE.octet as fc.Arbitrary<number>,
  priority: OF_FIELD_TYPE.octet as fc.Arbitrary<number>,
  correlationId: shortstr,
  replyTo: shortstr,
  expiration: shortstr,
  messageId: shortstr,
  timestamp: uint64,
  type: shortstr,
  userId: shortstr,
  appId: shortstr,
  clusterId: shortstr,
}, { requiredKeys: [], noNullPrototype: true });

export const PROPERTY_NAMES = [
  "contentType",
  "contentEncoding",
  "headers",
  "deliveryMode",
  "priority",
  "correlationId",
  "replyTo",
  "expiration",
  "messageId",
  "timestamp",
  "type",
  "userId",
  "appId",
  "clusterId",
] as const satisfies readonly (keyof BasicProperties)[];
