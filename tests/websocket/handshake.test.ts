import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isRefusal, shakeHands } from "../../src/websocket/handshake.ts";

const HEADERS = {
  host: "broker:15672",
  upgrade: "WebSocket",
  connection: "keep-alive, Upgrade",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

interface Changes {
  readonly method?: string;
  readonly isHttp11?: boolean;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly allowOrigins?: readonly string[];
}

function shake({ method = "GET", isHttp11 = true, headers = {}, allowOrigins = [] }: Changes = {}) {
  const all = Object.entries({ ...HEADERS, ...headers }).filter(([, value]) => value !== undefined);
  const request = { method, isHttp11, headers: new Headers(all as [string, string][]) };
  return shakeHands(request, { subprotocol: "amqp", allowOrigins });
}

async function statusOf(changes: Changes): Promise<number> {
  const answer = await shake(changes);
  return isRefusal(answer) ? answer.status : 101;
}

describe("the opening handshake of a WebSocket", () => {
  it("is answered with the key of RFC 6455's example", async () => {
    assert.deepEqual(await shake(), {
      upgrade: "websocket",
      connection: "Upgrade",
      "sec-websocket-accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    });
  });

  it("chooses the subprotocol among those that the client offers", async () => {
    const answer = await shake({ headers: { "sec-websocket-protocol": "mqtt, amqp" } });
    assert.ok(!isRefusal(answer));
    assert.equal(answer["sec-websocket-protocol"], "amqp");
    assert.equal(await statusOf({ headers: { "sec-websocket-protocol": "mqtt" } }), 400);
  });

  it("tells a client that speaks another version which one is served", async () => {
    const answer = await shake({ headers: { "sec-websocket-version": "8" } });
    assert.ok(isRefusal(answer));
    assert.equal(answer.status, 426);
    assert.equal(answer.headers?.["sec-websocket-version"], "13");
  });

  for (
    const [what, changes, status] of [
      ["of another method", { method: "POST" }, 405],
      ["of HTTP/1.0", { isHttp11: false }, 426],
      ["without upgrade", { headers: { upgrade: undefined } }, 426],
      ["with another upgrade", { headers: { upgrade: "h2c" } }, 426],
      ["without connection", { headers: { connection: "keep-alive" } }, 400],
      ["without a version", { headers: { "sec-websocket-version": undefined } }, 426],
      ["without a key", { headers: { "sec-websocket-key": undefined } }, 400],
      ["with a short key", { headers: { "sec-websocket-key": "c2hvcnQ=" } }, 400],
      ["with two keys", { headers: { "sec-websocket-key": `${HEADERS["sec-websocket-key"]}, x` } }, 400],
    ] as const
  ) {
    it(`is refused with ${status} to a request ${what}`, async () => {
      assert.equal(await statusOf(changes), status);
    });
  }

  it("is refused to pages of other origins, unless they are allowed", async () => {
    const of = (origin: string, ...allowOrigins: string[]) => statusOf({ headers: { origin }, allowOrigins });
    assert.equal(await of("http://broker:15672"), 101);
    assert.equal(await of("https://BROKER:15672"), 101);
    assert.equal(await of("http://broker"), 403);
    assert.equal(await of("http://evil.example"), 403);
    assert.equal(await of("null"), 403);
    assert.equal(await of("http://shop.example", "http://shop.example"), 101);
    assert.equal(await of("https://shop.example", "http://shop.example"), 403);
    assert.equal(await of("null", "*"), 101);
  });
});
