import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { parseIpAddress } from "../../src/transport/ip_address.ts";
import { ProxyHeaderError, readProxyHeader } from "../../src/transport/proxy_protocol.ts";
import { v1, v2 } from "./proxy_headers.ts";

const AMQP = new TextEncoder().encode("AMQP\0\0\x09\x01");
const FROM_4 = { peer: { host: "192.0.2.1", port: 51234 }, local: { host: "192.0.2.2", port: 5672 } };
const FROM_6 = { peer: { host: "2001:db8::1", port: 1 }, local: { host: "::1", port: 65535 } };

const headers: Readonly<Record<string, readonly [Uint8Array, typeof FROM_4 | undefined]>> = {
  "version 1, TCP over IPv4": [v1("TCP4 192.0.2.1 192.0.2.2 51234 5672"), FROM_4],
  "version 1, TCP over IPv6": [v1("TCP6 2001:db8::1 ::1 1 65535"), FROM_6],
  "version 1, unknown": [v1("UNKNOWN"), undefined],
  "version 1, unknown with the longest line": [v1(`UNKNOWN ${"f".repeat(107 - 16)}`), undefined],
  "version 2, TCP over IPv4": [v2(0x21, 0x11, FROM_4), FROM_4],
  "version 2, TCP over IPv6": [v2(0x21, 0x21, FROM_6), FROM_6],
  "version 2, with extensions, of which one tells of TLS": [
    v2(0x21, 0x11, FROM_4, Uint8Array.of(0x20, 0, 5, 1, 0, 0, 0, 0, 0x04, 0, 2, 7, 7)),
    FROM_4,
  ],
  "version 2, the proxy for itself": [v2(0x20, 0x11, FROM_4), undefined],
  "version 2, the proxy for itself, without addresses": [v2(0x20, 0x00), undefined],
  "version 2, not known": [v2(0x21, 0x00, undefined, new Uint8Array(20)), undefined],
  "version 2, over a socket of the file system": [v2(0x21, 0x31, undefined, new Uint8Array(216)), undefined],
  "version 2, the longest": [v2(0x21, 0x11, FROM_4, new Uint8Array(4096 - 28)), FROM_4],
};

const refused: Readonly<Record<string, Uint8Array>> = {
  "AMQP": AMQP,
  "TLS": Uint8Array.of(22, 3, 1, 2, 0),
  "an address that is none": v1("TCP4 192.0.2.256 192.0.2.2 51234 5672"),
  "an address of another family": v1("TCP6 192.0.2.1 192.0.2.2 51234 5672"),
  "a port that is none": v1("TCP4 192.0.2.1 192.0.2.2 65536 5672"),
  "a port with a leading zero": v1("TCP4 192.0.2.1 192.0.2.2 01 5672"),
  "too few fields": v1("TCP4 192.0.2.1 192.0.2.2 51234"),
  "two spaces": v1("TCP4  192.0.2.1 192.0.2.2 51234 5672"),
  "another protocol": v1("UDP4 192.0.2.1 192.0.2.2 51234 5672"),
  "a line that ends without a carriage return": new TextEncoder().encode("PROXY UNKNOWN\n"),
  "a line that is too long": new TextEncoder().encode(`PROXY UNKNOWN ${"x".repeat(107 - 14)}`),
  "a version that is not there yet": v2(0x31, 0x11, FROM_4),
  "an unknown command": v2(0x22, 0x11, FROM_4),
  "datagrams": v2(0x21, 0x12, FROM_4),
  "an unknown family": v2(0x21, 0x41, FROM_4),
  "addresses that are cut off": v2(0x21, 0x21, FROM_4),
  "a length beyond the bound": v2(0x21, 0x11, FROM_4, new Uint8Array(4096 - 27)).subarray(0, 16),
};

describe("a PROXY header", () => {
  for (const [name, [header, ends]] of Object.entries(headers)) {
    it(`is read: ${name}`, () => {
      const bytes = Uint8Array.of(...header, ...AMQP);
      const { size, ends: found } = readProxyHeader(bytes)!;
      assert.equal(size, header.length);
      assert.deepEqual(found, ends);
      for (let length = 0; length < size; length++) {
        assert.equal(readProxyHeader(bytes.subarray(0, length)), undefined, `${length} bytes are not all of it`);
      }
    });
  }

  for (const [name, bytes] of Object.entries(refused)) {
    it(`is refused: ${name}`, () => assert.throws(() => readProxyHeader(bytes), ProxyHeaderError));
  }

  it("with any addresses is read correctly", () => {
    const port = fc.nat(65_535);
    const end = (host: fc.Arbitrary<string>) => fc.record({ host, port });
    const ends = (host: fc.Arbitrary<string>) => fc.record({ peer: end(host), local: end(host) });
    const same = (a: string, b: string) => {
      const [one, other] = [a, b].map((text) => parseIpAddress(text)!);
      // IPv4 within IPv6 becomes IPv4.
      assert.deepEqual(one.subarray(-other.length), other);
    };
    const write = (version: number, family: number, given: typeof FROM_4) => {
      const { peer, local } = given;
      if (version === 2) return v2(0x21, family === 4 ? 0x11 : 0x21, given);
      return v1(`TCP${family} ${peer.host} ${local.host} ${peer.port} ${local.port}`);
    };
    for (const version of [1, 2]) {
      for (const [family, host] of [[4, fc.ipV4()], [6, fc.ipV6()]] as const) {
        fc.assert(fc.property(ends(host), (given) => {
          const header = write(version, family, given);
          const { size, ends: found } = readProxyHeader(header)!;
          assert.equal(size, header.length);
          for (const side of ["peer", "local"] as const) {
            assert.equal(found![side].port, given[side].port);
            same(given[side].host, found![side].host);
          }
        }));
      }
    }
  });

  it("of any bytes is read, refused, or waited for within the limit", () => {
    const start = fc.constantFrom(
      new Uint8Array(0),
      v1("TCP4 1.1.1.1 1"),
      v2(0x21, 0x11),
      v2(0x21, 0x11).subarray(0, 13),
    );
    fc.assert(fc.property(start, fc.uint8Array({ maxLength: 300 }), (start, rest) => {
      const bytes = Uint8Array.of(...start, ...rest);
      try {
        const header = readProxyHeader(bytes);
        if (header === undefined) assert.ok(bytes.length < 4096);
        else assert.ok(header.size <= bytes.length);
      } catch (error) {
        assert.ok(error instanceof ProxyHeaderError, String(error));
      }
    }));
  });
});
