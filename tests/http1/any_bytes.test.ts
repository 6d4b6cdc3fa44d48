import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "node:test";
import { TestServer } from "./pipe.ts";

const echo = async (request: Request): Promise<Response> => {
  const body = await request.text();
  return new Response(`<${request.method} ${new URL(request.url).pathname} ${body}>`);
};

const REQUESTS = [
  "GET /a HTTP/1.1\r\nHost: broker\r\n\r\n",
  "POST /b HTTP/1.1\r\nHost: broker\r\nContent-Length: 5\r\n\r\nhello",
  "\r\nPUT /c HTTP/1.1\r\nHost: broker\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nA: b\r\n\r\n",
].join("");

const answersIn = (text: string): string[] => text.match(/<[A-Z]+ \/\w* \w*>/g) ?? [];

/** Parts of requests, whole and broken ones. */
const PARTS = [
  "GET",
  "POST",
  " ",
  "/",
  "/a?b",
  "*",
  "http://broker/",
  " HTTP/1.1",
  " HTTP/1.0",
  "\r\n",
  "\r",
  "\n",
  "Host: broker",
  "Host:",
  "Content-Length: 3",
  "Content-Length: 99999999999999999999",
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "Connection: close",
  "abc",
  "3\r\nabc\r\n",
  "0\r\n\r\n",
  "ffffffffffffffff\r\n",
  ": ",
  "\0",
  "\xff\xfe",
];

describe("an HTTP server that gets bytes", () => {
  it("answers the same however they are cut", async () => {
    for (const size of [1, 2, 3, 7, 50]) {
      const server = new TestServer(echo);
      const peer = server.connect();
      for (let at = 0; at < REQUESTS.length; at += size) peer.push(REQUESTS.slice(at, at + size));
      await peer.end();
      assert.deepEqual(answersIn(peer.received), ["<GET /a >", "<POST /b hello>", "<PUT /c abcde>"], `size ${size}`);
    }
  });

  it("never fails, and always ends the connection, whatever they are", async () => {
    const bytes = fc.array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ unit: "binary-ascii" })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(bytes, async (parts) => {
        const server = new TestServer(echo);
        const peer = server.connect();
        for (const part of parts) peer.push(part);
        await peer.end();
        await server.pass(1_000_000);
        assert.equal(server.server.size, 0);
        assert.equal(server.timers, 0);
        assert.doesNotMatch(peer.received, /^HTTP\/1\.1 500/m);
      }),
      { numRuns: 60 },
    );
  });
});
