import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { ConnectionError } from "../../src/wire/error.ts";
import { fieldTable } from "../../src/wire/field_table.ts";
import { AMQP_0_8, AMQP_0_9_1, type Method, type MethodCodec, METHODS } from "../../src/amqp091/methods.ts";
import { method, METHOD_NAMES, methodCalled, unknownMethodId } from "../wire/arbitraries.ts";

function encode(codec: MethodCodec, method: Method): Uint8Array {
  const writer = new ByteWriter();
  codec.encode(writer, method);
  return writer.written();
}

const hex = (bytes: Uint8Array): string => bytes.toHex();

function isMalformed(error: unknown): boolean {
  return error instanceof ConnectionError && (error.code === 501 || error.code === 502);
}

/** Values of fields that AMQP 0-8 lacks, beside the two methods without a number there. */
const ABSENT_FROM_0_8: Readonly<Record<string, Record<string, unknown>>> = {
  "basic.consume": { arguments: new Map() },
  "connection.blocked": { reason: "" },
};

describe("a method", () => {
  for (const name of METHOD_NAMES) {
    it(`${name} is read as it was written`, () => {
      fc.assert(
        fc.property(methodCalled(name), (written) => {
          const bytes = encode(AMQP_0_9_1, written);
          assert.deepEqual(AMQP_0_9_1.decode(bytes), written);
          assert.deepEqual([bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]], AMQP_0_9_1.id(name));
        }),
        { numRuns: 50 },
      );
    });

    it(`${name} is read as it was written in AMQP 0-8, except for what 0-8 lacks`, () => {
      fc.assert(
        fc.property(methodCalled(name), (written) => {
          const read = AMQP_0_8.decode(encode(AMQP_0_8, written));
          assert.deepEqual(read, { ...written, ...ABSENT_FROM_0_8[name] });
        }),
        { numRuns: 20 },
      );
    });
  }

  it("has the ids of the specification", () => {
    assert.deepEqual(AMQP_0_9_1.id("queue.declare"), [50, 10]);
    assert.deepEqual(AMQP_0_9_1.id("exchange.unbind-ok"), [40, 51]);
    assert.deepEqual(AMQP_0_9_1.id("connection.close"), [10, 50]);
    assert.deepEqual(AMQP_0_8.id("connection.close"), [10, 60]);
    assert.deepEqual(AMQP_0_8.id("connection.close-ok"), [10, 61]);
  });

  for (const codec of [AMQP_0_9_1, AMQP_0_8]) {
    it(`shares its ids with no other method of AMQP ${codec === AMQP_0_8 ? "0-8" : "0-9-1"}`, () => {
      assert.equal(new Set(METHOD_NAMES.map((name) => codec.id(name).join())).size, METHOD_NAMES.length);
    });
  }

  it("has the layout of the specification: reserved fields, texts, bits from the lowest up, a table", () => {
    const bytes = encode(AMQP_0_9_1, {
      name: "queue.declare",
      queue: "q",
      passive: false,
      durable: true,
      exclusive: false,
      autoDelete: true,
      nowait: true,
      arguments: fieldTable({ n: 1 }),
    });
    assert.equal(hex(bytes), "0032000a" + "0000" + "0171" + "1a" + "00000007" + "016e4900000001");
  });

  it("reads the bits of an octet only as far as it has fields, and ignores the rest", () => {
    const payload = Uint8Array.of(0, 60, 0, 80, 0, 0, 0, 0, 0, 0, 0, 9, 0xfe);
    assert.deepEqual(AMQP_0_9_1.decode(payload), { name: "basic.ack", deliveryTag: 9n, multiple: false });
  });

  it("ignores bytes behind its last field, as RabbitMQ does", () => {
    const bytes = encode(AMQP_0_9_1, { name: "channel.flow", active: true });
    assert.deepEqual(AMQP_0_9_1.decode(Uint8Array.of(...bytes, 1, 2, 3)), { name: "channel.flow", active: true });
  });

  it("is read from the middle of a larger buffer", () => {
    fc.assert(fc.property(method, fc.nat(20), fc.nat(20), (written, before, after) => {
      const bytes = encode(AMQP_0_9_1, written);
      const larger = new Uint8Array(before + bytes.length + after).fill(0xff);
      larger.set(bytes, before);
      assert.deepEqual(AMQP_0_9_1.decode(larger, before, before + bytes.length), written);
    }));
  });

  it("cut short at any byte is refused with SYNTAX_ERROR, never read past its end", () => {
    fc.assert(
      fc.property(method, (written) => {
        const bytes = encode(AMQP_0_9_1, written);
        for (let end = 0; end < bytes.length; end++) {
          assert.throws(() => AMQP_0_9_1.decode(bytes, 0, end), isMalformed, `cut to ${end} of ${bytes.length} bytes`);
          assert.throws(() => AMQP_0_9_1.decode(bytes.slice(0, end)), isMalformed);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("with any byte changed is either read or refused, and fails in no other way", () => {
    fc.assert(
      fc.property(method, fc.nat(), fc.nat(255), (written, where, value) => {
        const bytes = encode(AMQP_0_9_1, written);
        bytes[where % bytes.length] = value;
        for (const codec of [AMQP_0_9_1, AMQP_0_8]) {
          try {
            codec.decode(bytes);
          } catch (error) {
            assert.ok(error instanceof ConnectionError, String(error));
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("of random bytes is either read or refused, and fails in no other way", () => {
    fc.assert(
      fc.property(fc.constantFrom(...METHOD_NAMES), fc.uint8Array({ maxLength: 200 }), (name, fields) => {
        const [classId, methodId] = METHODS[name];
        try {
          AMQP_0_9_1.decode(Uint8Array.of(0, classId, 0, methodId, ...fields));
        } catch (error) {
          assert.ok(isMalformed(error), String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("with an unknown class or method id is refused with COMMAND_INVALID", () => {
    fc.assert(fc.property(unknownMethodId, ([classId, methodId]) => {
      const payload = Uint8Array.of(classId >> 8, classId, methodId >> 8, methodId, 0, 0);
      assert.throws(
        () => AMQP_0_9_1.decode(payload),
        (error) => error instanceof ConnectionError && error.code === 503 && error.message.includes(`${classId}`),
      );
    }));
  });

  it("with a text of over 255 bytes cannot be written", () => {
    assert.throws(
      () => encode(AMQP_0_9_1, { name: "connection.blocked", reason: "x".repeat(256) }),
      RangeError,
    );
  });
});
