import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { ConnectionError } from "../../src/wire/error.ts";
import {
  type BasicProperties,
  EXPIRATION_FLAG,
  expirationOf,
  hasProperty,
  priorityOf,
  PropertiesView,
  withHeaders,
  writeContentHeader,
} from "../../src/wire/properties.ts";
import { properties, PROPERTY_NAMES, table } from "./arbitraries.ts";

function encode(properties: BasicProperties, bodyBytes = 0): Uint8Array {
  const writer = new ByteWriter();
  writeContentHeader(writer, bodyBytes, properties);
  return writer.written();
}

describe("content properties", () => {
  it("are read as they were written, in any combination", () => {
    fc.assert(
      fc.property(properties, (written) => {
        assert.deepEqual(new PropertiesView(encode(written)).toObject(), written);
      }),
      { numRuns: 1_000 },
    );
  });

  it("get other headers, lose their expiration, and stay the same otherwise", () => {
    fc.assert(
      fc.property(properties, table, fc.boolean(), (written, headers, dropsExpiration) => {
        const changed = withHeaders(encode(written, 5), headers, dropsExpiration);
        const { expiration, ...rest } = written;
        const kept = dropsExpiration || expiration === undefined ? rest : written;
        assert.deepEqual(changed, encode({ ...kept, headers }, 5));
      }),
      { numRuns: 1_000 },
    );
  });

  it("give expiration and priority without a view", () => {
    fc.assert(
      fc.property(properties, fc.option(fc.nat(1e9)), (written, expirationMs) => {
        const expiration = expirationMs === null ? undefined : String(expirationMs);
        const { expiration: _, ...rest } = written;
        const bytes = encode(expiration === undefined ? rest : { ...rest, expiration });
        assert.equal(hasProperty(bytes, 0, EXPIRATION_FLAG), expiration !== undefined);
        assert.equal(expirationOf(bytes, 0), expirationMs ?? Infinity);
        assert.equal(priorityOf(bytes, 0), written.priority ?? -1);
      }),
    );
  });

  for (
    const [expiration, ms] of [["", Infinity], ["+5", 5], ["-0", 0], ["-5", Infinity], ["5x", Infinity], [
      "+",
      Infinity,
    ]]
  ) {
    it(`with expiration ${JSON.stringify(expiration)} have one of ${ms} ms`, () => {
      assert.equal(expirationOf(encode({ expiration: String(expiration) }), 0), ms);
    });
  }

  it("are read one by one, in any order and any number of times", () => {
    const names = fc.array(fc.constantFrom(...PROPERTY_NAMES), { maxLength: 20 });
    fc.assert(fc.property(properties, names, (written, names) => {
      const view = new PropertiesView(encode(written));
      for (const name of names) assert.deepEqual(view[name], written[name]);
    }));
  });

  it("are read in the middle of a larger buffer", () => {
    fc.assert(fc.property(properties, fc.nat(20), fc.nat(20), (written, before, after) => {
      const bytes = encode(written);
      const larger = new Uint8Array(before + bytes.length + after).fill(0xff);
      larger.set(bytes, before);
      assert.deepEqual(new PropertiesView(larger, before, bytes.length).toObject(), written);
    }));
  });

  it("have their flags in the order of the specification", () => {
    PROPERTY_NAMES.forEach((name, index) => {
      const value = name === "headers" ? new Map() : name === "timestamp" ? 0n : "";
      const bytes = encode({
        [name]: name === "deliveryMode" || name === "priority" ? 0 : value,
      });
      assert.equal(bytes[12] << 8 | bytes[13], 0x8000 >> index, name);
    });
  });

  it("follow class, weight and the size of the body", () => {
    assert.equal(encode({ priority: 3 }, 2 ** 40 + 5).toHex(), "003c" + "0000" + "0000010000000005" + "0800" + "03");
  });

  it("with an empty text or an empty table are present", () => {
    const view = new PropertiesView(encode({ contentType: "", headers: new Map() }));
    assert.deepEqual(view.toObject(), { contentType: "", headers: new Map() });
  });

  it("that are cut short are refused with SYNTAX_ERROR when the missing part is read, and can be read up to there", () => {
    fc.assert(
      fc.property(properties, (written) => {
        const bytes = encode(written);
        for (let length = 0; length < bytes.length; length++) {
          if (length < 14) {
            assert.throws(() => new PropertiesView(bytes, 0, length), ConnectionError);
            continue;
          }
          const view = new PropertiesView(bytes, 0, length);
          let isCut = false;
          for (const name of PROPERTY_NAMES) {
            if (written[name] === undefined) {
              assert.equal(view[name], undefined);
              continue;
            }
            try {
              assert.deepEqual(view[name], written[name]);
              assert.ok(!isCut, `${name} was read although one before it is cut`);
            } catch (error) {
              if (!(error instanceof ConnectionError)) throw error;
              isCut = true;
            }
          }
          assert.ok(isCut, `nothing was missed in ${length} of ${bytes.length} bytes`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("of random bytes are either read or refused, and fail in no other way", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 100 }), (random) => {
        const view = new PropertiesView(Uint8Array.of(...new Uint8Array(12), ...random));
        for (const name of PROPERTY_NAMES) {
          try {
            view[name];
          } catch (error) {
            assert.ok(error instanceof ConnectionError, String(error));
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("with a text of over 255 bytes cannot be written", () => {
    assert.throws(() => encode({ appId: "x".repeat(256) }), RangeError);
  });
});
