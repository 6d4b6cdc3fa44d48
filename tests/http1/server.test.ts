import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Peer, settle, TestServer } from "./pipe.ts";

const GET = "GET /a?b=c HTTP/1.1\r\nHost: broker\r\n\r\n";
const echo = async (request: Request): Promise<Response> => {
  const body = await request.text();
  return new Response(`${request.method} ${request.url} ${body}`);
};

async function answerTo(text: string): Promise<Peer> {
  const peer = new TestServer(echo).connect();
  await peer.send(text);
  return peer;
}

const statusOf = ({ received }: Peer) => Number(/^HTTP\/1\.1 (\d+) /.exec(received)?.[1]);

describe("an HTTP server", () => {
  it("hands a request to its handler, and writes the answer", async () => {
    const peer = await answerTo(GET);
    assert.match(peer.received, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(peer.received, /\r\ndate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\n/);
    assert.match(peer.received, /GET http:\/\/broker\/a\?b=c /);
    assert.equal(peer.isClosed, false);
  });

  it("serves requests of one connection in their order", async () => {
    const peer = await answerTo(GET + GET.replace("/a", "/second"));
    assert.match(peer.received, /\/a\?b=c [\s\S]*\/second\?b=c /);
    await peer.send(GET.replace("/a", "/third"));
    assert.match(peer.received, /\/third/);
  });

  it("reads headers with many blanks in linear time", async () => {
    const value = ` a${" \t".repeat(15_000)}b\t `;
    const received: (string | null)[] = [];
    const server = new TestServer((request) => {
      received.push(request.headers.get("x"));
      return Promise.resolve(new Response());
    });
    const peer = server.connect();
    const startedMs = performance.now();
    await peer.send(GET.replace("Host", `X:${value}\r\nHost`));
    assert.deepEqual(received, [value.trim()]);
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs < 1000, `${tookMs} ms`);
  });

  it("reads a body by its length, and one in chunks", async () => {
    const whole = await answerTo("POST / HTTP/1.1\r\nHost: broker\r\nContent-Length: 5\r\n\r\nhello");
    assert.match(whole.received, /POST http:\/\/broker\/ hello/);
    const chunks = "5\r\nhello\r\n1;name=value\r\n!\r\n0\r\nTrailer: x\r\n\r\n";
    const peer = await answerTo(`PUT / HTTP/1.1\r\nHost: broker\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}${GET}`);
    assert.match(peer.received, /PUT http:\/\/broker\/ hello![\s\S]*GET http:\/\/broker\/a/);
  });

  it("asks for the body of a request that waits for that", async () => {
    const peer = await answerTo("PUT / HTTP/1.1\r\nHost: broker\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assert.equal(peer.received, "HTTP/1.1 100 Continue\r\n\r\n");
    await peer.send("ok");
    assert.match(peer.received, /PUT http:\/\/broker\/ ok/);
  });

  it("keeps a connection whose body was not read when little is left of it", async () => {
    const server = new TestServer(() => Promise.resolve(new Response("done")));
    const little = server.connect();
    await little.send(`PUT / HTTP/1.1\r\nHost: broker\r\nContent-Length: 5\r\n\r\nhello${GET}`);
    assert.equal(little.received.match(/done/g)?.length, 2);
    const much = server.connect();
    await much.send("PUT / HTTP/1.1\r\nHost: broker\r\nContent-Length: 1000000\r\n\r\nhello");
    await server.pass(1000);
    assert.match(much.received, /connection: close[\s\S]*done/);
    assert.equal(much.isClosed, true);
  });

  it("answers HEAD without a body", async () => {
    const peer = await answerTo(GET.replace("GET", "HEAD"));
    assert.match(peer.received, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/);
  });

  it("ends the connection when the peer asks for that, and after an HTTP/1.0 request", async () => {
    for (const text of [GET.replace("Host", "Connection: close\r\nHost"), "GET / HTTP/1.0\r\n\r\n"]) {
      const peer = await answerTo(text);
      assert.match(peer.received, /200 OK[\s\S]*connection: close/);
      assert.equal(peer.isClosed, true, text);
    }
    const kept = await answerTo("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert.equal(statusOf(kept), 200);
  });

  it("compresses what is long enough for a peer that accepts it", async () => {
    const text = JSON.stringify({ text: "hare ".repeat(1000) });
    const length = String(text.length);
    const headers = { "content-type": "application/json", "content-length": length, etag: '"1"' };
    const server = new TestServer(() => Promise.resolve(new Response(text, { headers })));
    const peer = server.connect();
    await peer.send(GET.replace("Host", "Accept-Encoding: br, gzip;q=0.5\r\nHost"));
    await settle();
    const [head, ...rest] = peer.received.split("\r\n\r\n");
    assert.match(head, /content-encoding: gzip/);
    assert.match(head, /etag: W\/"1"/);
    assert.ok(rest.join().length < 500);
    const plain = server.connect();
    await plain.send(GET.replace("Host", "Accept-Encoding: gzip;q=0\r\nHost"));
    assert.ok(plain.received.includes(text));
    assert.match(plain.received, new RegExp(`content-length: ${length}\r\n`));
  });

  it("asks for nothing compressed where answers are not compressed", async () => {
    const received: (string | null)[] = [];
    const handler = ({ headers }: Request) => {
      received.push(headers.get("accept-encoding"));
      return Promise.resolve(new Response());
    };
    for (const compress of [true, false]) {
      await new TestServer(handler, { compress }).connect().send(GET.replace("Host", "Accept-Encoding: gzip\r\nHost"));
    }
    assert.deepEqual(received, ["gzip", null]);
  });

  it("tells its handler when the peer goes away, also behind a body", async () => {
    const body = "POST / HTTP/1.1\r\nHost: broker\r\nContent-Length: 2\r\n\r\nab";
    for (const text of [GET, body]) {
      let aborts = 0;
      const server = new TestServer(async (request) => {
        request.signal.addEventListener("abort", () => aborts++);
        await request.text();
        return await new Promise(() => {});
      });
      const peer = server.connect();
      await peer.send(text);
      assert.equal(aborts, 0);
      await peer.end();
      assert.equal(aborts, 1);
    }
  });
});

describe("a stream of events", () => {
  const events = { headers: { "content-type": "text/event-stream" } };

  it("begins before its first event, and ends when the peer goes away", async () => {
    let isCancelled = false;
    const body = new ReadableStream({ cancel: () => void (isCancelled = true) });
    const server = new TestServer(() => Promise.resolve(new Response(body, events)));
    const peer = server.connect();
    await peer.send(GET);
    assert.match(peer.received, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/);
    assert.equal(isCancelled, false);
    await peer.end();
    assert.equal(isCancelled, true);
  });

  it("is cut when the server closes", async () => {
    let isCancelled = false;
    const body = new ReadableStream({ cancel: () => void (isCancelled = true) });
    const server = new TestServer(() => Promise.resolve(new Response(body, events)));
    await server.connect().send(GET);
    await server.server.close();
    await settle();
    assert.equal(isCancelled, true);
  });
});

describe("a malformed request", () => {
  const host = "Host: broker\r\n";
  for (
    const [what, text, status] of [
      ["no method", "/ HTTP/1.1\r\n\r\n", 400],
      ["another protocol", "AMQP\x00\x00\x09\x01\r\n\r\n", 400],
      ["another version", `GET / HTTP/2.0\r\n${host}\r\n`, 505],
      ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
      ["two hosts", `GET / HTTP/1.1\r\n${host}${host}\r\n`, 400],
      ["a malformed host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400],
      ["a space before a colon", `GET / HTTP/1.1\r\n${host}Name : x\r\n\r\n`, 400],
      ["a folded header", `GET / HTTP/1.1\r\n${host}Name: x\r\n y\r\n\r\n`, 400],
      ["a control character in a header", `GET / HTTP/1.1\r\n${host}Name: x\x00y\r\n\r\n`, 400],
      ["a bare line feed in a header", `GET / HTTP/1.1\r\n${host}Name: x\nOther: y\r\n\r\n`, 400],
      ["two lengths", `PUT / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400],
      ["a length and chunks", `PUT / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
      ["a negative length", `PUT / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`, 400],
      ["a signed length", `PUT / HTTP/1.1\r\n${host}Content-Length: +1\r\n\r\nx`, 400],
      ["an unknown encoding", `PUT / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
      ["a malformed chunk", `PUT / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n`, 400],
      ["a chunk of another length", `PUT / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n`, 400],
      ["an authority as target", `CONNECT broker:80 HTTP/1.1\r\n${host}\r\n`, 501],
      ["a fragment in the target", `GET /a#b HTTP/1.1\r\n${host}\r\n`, 400],
      ["too long a line", `GET /${"a".repeat(8000)} HTTP/1.1\r\n${host}\r\n`, 414],
      ["too long a header", `GET / HTTP/1.1\r\n${host}Name: ${"x".repeat(45_000)}\r\n\r\n`, 431],
      ["too many headers", `GET / HTTP/1.1\r\n${host}${"A: b\r\n".repeat(101)}\r\n`, 431],
    ] as const
  ) {
    it(`with ${what} is answered with ${status}, and ends the connection`, async () => {
      const peer = await answerTo(text);
      assert.equal(statusOf(peer), status, peer.received);
      await peer.end();
      assert.equal(peer.isClosed, true);
    });
  }
});

describe("the limits of an HTTP server", () => {
  it("drop a connection without a request, and answer an unfinished one, in time", async () => {
    const server = new TestServer(echo);
    const [silent, slow] = [server.connect(), server.connect()];
    await slow.send("GET / HTTP/1.1\r\nHost:");
    await server.pass(4999);
    assert.equal(server.server.size, 2);
    await slow.send(" broker");
    await server.pass(1);
    assert.equal(silent.received, "");
    assert.equal(silent.isClosed, true);
    assert.equal(statusOf(slow), 408);
    await server.pass(1000);
    assert.equal(server.server.size, 0);
    assert.equal(server.timers, 0);
  });

  it("end a request whose body stops", async () => {
    const server = new TestServer(echo);
    const peer = server.connect();
    await peer.send("PUT / HTTP/1.1\r\nHost: broker\r\nContent-Length: 5\r\n\r\nhell");
    await server.pass(60_000);
    assert.equal(statusOf(peer), 408);
    await server.pass(1000);
    assert.equal(server.server.size, 0);
  });

  it("end a request whose body trickles", async () => {
    const server = new TestServer(echo);
    const peer = server.connect();
    await peer.send("PUT / HTTP/1.1\r\nHost: broker\r\nContent-Length: 50\r\n\r\n");
    for (let at = 0; at < 10 && peer.received === ""; at++) {
      await server.pass(50_000);
      await peer.send("x");
    }
    assert.equal(statusOf(peer), 408);
  });

  it("gives up an answer that does not begin, and drops it when it comes", async () => {
    let answer = (_: Response) => {};
    const signals: AbortSignal[] = [];
    const server = new TestServer(({ signal }) => {
      signals.push(signal);
      return new Promise((resolve) => answer = resolve);
    }, { inactivity_timeout: 1000 });
    const peer = server.connect();
    await peer.send(GET);
    await server.pass(999);
    assert.deepEqual([peer.received, signals[0].aborted], ["", false]);
    await server.pass(1);
    assert.equal(statusOf(peer), 503);
    assert.match(peer.received, /"reason":"the answer took too long"/);
    await server.pass(1000);
    assert.deepEqual([signals[0].aborted, peer.isClosed, server.timers], [true, true, 0]);
    let isCancelled = false;
    answer(new Response(new ReadableStream({ cancel: () => void (isCancelled = true) })));
    await settle();
    assert.equal(isCancelled, true);
  });

  it("gives an answer with a body before it as much time again", async () => {
    const server = new TestServer(async (request) => {
      await request.text();
      return await new Promise<Response>(() => {});
    }, { inactivity_timeout: 1000 });
    const peer = server.connect();
    await peer.send("POST / HTTP/1.1\r\nHost: broker\r\nContent-Length: 2\r\n\r\nhi");
    await server.pass(1999);
    assert.equal(peer.received, "");
    await server.pass(1);
    assert.equal(statusOf(peer), 503);
  });

  it("drop a connection whose peer does not take the answer", async () => {
    const server = new TestServer(echo);
    const peer = server.connect();
    peer.isStalled = true;
    await peer.send(GET);
    await server.pass(59_999);
    assert.equal(server.server.size, 1);
    await server.pass(1);
    assert.equal(peer.isAborted, true);
    assert.equal(server.server.size, 0);
  });

  it("drop the connection that is idle longest for a further one, and refuse that when all are busy", async () => {
    let finish = () => {};
    const handle = () => new Promise<Response>((resolve) => finish = () => resolve(new Response("done")));
    const server = new TestServer(handle, { max_connections: 2 });
    const [first, second] = [server.connect(), server.connect()];
    await second.send(GET);
    const third = server.connect();
    await settle();
    assert.equal(first.isClosed, true);
    await third.send(GET);
    const fourth = server.connect();
    await settle();
    assert.equal(statusOf(fourth), 503);
    assert.equal(server.server.size, 2);
    finish();
  });

  it("end a connection after its last permitted request", async () => {
    const peer = new TestServer(echo, { max_keepalive: 2 }).connect();
    await peer.send(GET);
    assert.doesNotMatch(peer.received, /connection: close/);
    await peer.send(GET);
    assert.match(peer.received, /connection: close/);
    assert.equal(peer.isClosed, true);
  });

  it("do not wait for a handler that never answers", async () => {
    const server = new TestServer(() => new Promise(() => {}));
    await server.connect().send(GET);
    const closed = server.server.close();
    await server.pass(5000);
    await closed;
    assert.equal(server.server.size, 0);
  });

  it("let requests finish when it closes, and drop idle connections", async () => {
    let finish = () => {};
    const handle = () => new Promise<Response>((resolve) => finish = () => resolve(new Response("done")));
    const server = new TestServer(handle);
    const [idle, busy] = [server.connect(), server.connect()];
    await busy.send(GET);
    const closed = server.server.close();
    await settle();
    assert.equal(idle.isClosed, true);
    finish();
    await settle();
    assert.match(busy.received, /connection: close[\s\S]*done/);
    await server.pass(1000);
    await closed;
  });
});
