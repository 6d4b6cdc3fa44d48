import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { readIssuedCertificate } from "../../src/transport/issued_certificate.ts";
import { isInScope, isOfIssuer, listsOfPem, readRevocationList } from "../../src/transport/revocation_list.ts";
import { der, pem } from "../certificates/certificates.ts";

const listBytes = (name: string): Uint8Array => new Uint8Array(Buffer.from(listsOfPem(pem(name))[0], "base64"));

describe("a revocation list", () => {
  const list = readRevocationList(listBytes("lists/authority.r0"));

  it("has the serial numbers of certificates, and the time in which it is current", () => {
    const [listed, unlisted] = ["client_listed.pem", "client_unlisted.pem"].map((name) =>
      readIssuedCertificate(der(name))
    );
    assert.equal(list.serialNumbers.size, 2);
    assert.ok(list.serialNumbers.has(listed.serialNumber));
    assert.ok(!list.serialNumbers.has(unlisted.serialNumber));
    assert.equal(new Date(list.thisUpdateMs).toISOString(), "2020-01-01T00:00:00.000Z");
    assert.equal(new Date(list.nextUpdateMs).toISOString(), "2120-01-01T00:00:00.000Z");
    assert.equal(list.algorithm, "1.2.840.10045.4.3.2");
  });

  it("is about the certificates of its issuer", () => {
    assert.ok(isOfIssuer(list, readIssuedCertificate(der("client_unlisted.pem"))));
    assert.ok(!isOfIssuer(list, readIssuedCertificate(der("client.pem"))));
    assert.ok(!isOfIssuer(list, readIssuedCertificate(der("client_below.pem"))));
  });

  it("may be about those of authorities alone", () => {
    const client = readIssuedCertificate(der("client_unlisted.pem"));
    const authority = readIssuedCertificate(der("listing_authority.pem"));
    assert.deepEqual([client.isAuthority, authority.isAuthority, authority.maySignLists], [false, true, true]);
    assert.equal(readIssuedCertificate(der("authority.pem")).maySignLists, false);
    assert.ok(isInScope(list, client) && isInScope(list, authority));
    const scoped = readRevocationList(listBytes("scoped_lists/authority.r0"));
    assert.deepEqual([isInScope(scoped, client), isInScope(scoped, authority)], [false, true]);
  });

  it("that was cut off or changed anywhere is read or refused, and fails in no other way", () => {
    for (const name of ["lists/authority.r0", "scoped_lists/authority.r0"]) {
      const whole = listBytes(name);
      fc.assert(
        fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
          const changed = isCut ? whole.slice(0, at) : whole.with(at, byte);
          try {
            readRevocationList(changed);
            assert.ok(!isCut);
          } catch (error) {
            assert.ok(error instanceof RangeError, String(error));
          }
        }),
      );
    }
  });
});
