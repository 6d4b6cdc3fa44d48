import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { readCertificate } from "../../src/transport/certificate.ts";
import { readObjectIdentifier, readText, readTime, TAG } from "../../src/transport/der.ts";
import { DistinguishedName } from "../../src/transport/distinguished_name.ts";
import { der } from "../certificates/certificates.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

/** Makes a name with one attribute of type organizationName and a UTF-8 value of up to 100 bytes. */
function nameOf(value: string): DistinguishedName {
  const bytes = ascii(value);
  const attribute = [0x06, 3, 0x55, 0x04, 0x0a, 0x0c, bytes.length, ...bytes];
  const group = [TAG.sequence, attribute.length, ...attribute];
  return new DistinguishedName({ tag: TAG.sequence, content: Uint8Array.of(TAG.set, group.length, ...group) });
}

describe("a certificate", () => {
  it("is read with its names as RabbitMQ writes them", () => {
    const { notBeforeMs: _, serialNumber, ...certificate } = readCertificate(der("client.pem"));
    assert.match(serialNumber, /^1[0-9A-F]{16}$/);
    assert.ok(certificate.notAfterMs > Date.parse("2120-01-01"));
    assert.deepEqual({ ...certificate, notAfterMs: 0 }, {
      subject: "CN=carrot,O=Carrots\\, Inc.,C=DE",
      issuer: "CN=HareMQ test authority",
      commonName: "carrot",
      alternativeNames: [
        { type: "dns", value: "carrot.example" },
        { type: "dns", value: "second.example" },
        { type: "ip", value: "10.0.0.1" },
        { type: "ip", value: "2001:db8::1" },
        { type: "email", value: "carrot@example.com" },
        { type: "uri", value: "urn:example:carrot" },
        { type: "other", value: "hare" },
      ],
      notAfterMs: 0,
    });
  });

  it("has names of all types", () => {
    const { subject, commonName, serialNumber, alternativeNames } = readCertificate(der("names.pem"));
    // As rabbit_cert_info of RabbitMQ 3.10 writes it.
    assert.equal(
      subject,
      "2.5.4.9=Main,EMAILADDRESS=a@example.com,CN=second,CN=first,1.2.3.4.5=secret\\7E,UID=u1+OU=Gr\\C3\\B6\\C3\\9Fe," +
        "O=\\#1\\; a\\\\quoted\\+\\<angle\\>,O=leading and trailing,DC=example",
    );
    assert.equal(commonName, "first,second");
    assert.equal(serialNumber, "ABCDEF");
    assert.deepEqual(alternativeNames, []);
  });

  it("has the period of its validity", () => {
    const { notBeforeMs, notAfterMs } = readCertificate(der("client_expired.pem"));
    assert.equal(notBeforeMs, Date.parse("2020-01-01T00:00:00Z"));
    assert.equal(notAfterMs, Date.parse("2021-01-01T00:00:00Z"));
  });

  it("that was cut off or changed anywhere is read or refused, and fails in no other way", () => {
    const whole = der("client.pem");
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const changed = isCut ? whole.slice(0, at) : whole.with(at, byte);
        try {
          readCertificate(changed);
          assert.ok(!isCut);
        } catch (error) {
          assert.ok(error instanceof RangeError || error instanceof TypeError, String(error));
        }
      }),
    );
  });
});

describe("a distinguished name", () => {
  for (
    const [value, written] of [
      [" a ", "\\ a\\ "],
      [" ", "\\ "],
      ["#a#", "\\#a#"],
      ["a b", "a b"],
      ['"+,;<>\\', '\\"\\+\\,\\;\\<\\>\\\\'],
      ["\u0000\n\u007f", "\\00\\0A\\7F"],
      ["", ""],
    ]
  ) {
    it(`escapes ${JSON.stringify(value)}`, () => assert.equal(nameOf(value).toString(), `O=${written}`));
  }
});

describe("an element of a certificate", () => {
  it("is text of several types", () => {
    const text = (tag: number, ...bytes: number[]) => readText({ tag, content: Uint8Array.from(bytes) });
    assert.equal(text(0x0c, 0xc3, 0xb6), "ö");
    assert.equal(text(0x14, 0xf6), "ö");
    assert.equal(text(0x1e, 0x00, 0xf6), "ö");
    assert.equal(text(0x1c, 0, 1, 0xf6, 0x00), "😀");
    assert.equal(text(0x02, 1), undefined);
    assert.throws(() => text(0x1e, 0), RangeError);
    assert.throws(() => text(0x0c, 0xff), TypeError);
  });

  it("is a time with two or four digits for the year", () => {
    const time = (tag: number, text: string) => new Date(readTime({ tag, content: ascii(text) })).toISOString();
    assert.equal(time(0x17, "491231235959Z"), "2049-12-31T23:59:59.000Z");
    assert.equal(time(0x17, "500101000000Z"), "1950-01-01T00:00:00.000Z");
    assert.equal(time(0x18, "21260101000000Z"), "2126-01-01T00:00:00.000Z");
    assert.throws(() => time(0x17, "4912312359Z"), RangeError);
    assert.throws(() => time(0x0c, "491231235959Z"), RangeError);
  });

  it("is an object identifier", () => {
    const identifier = (...bytes: number[]) =>
      readObjectIdentifier({ tag: TAG.objectIdentifier, content: Uint8Array.from(bytes) });
    assert.equal(identifier(0x55, 4, 3), "2.5.4.3");
    assert.equal(identifier(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d), "1.2.840.113549");
    assert.equal(identifier(0x88, 0x37), "2.999");
    assert.throws(() => identifier(0x55, 0x84), RangeError);
  });
});
