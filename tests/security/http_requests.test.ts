import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { ConfiguredBroker } from "./configured_broker.ts";

const AUTHORIZATION = `Basic ${btoa("guest:guest")}`;
/** Resolves when a socket is closed, by a reset too. */
const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once("close", () => resolve()));

const MAX_BODY_BYTES = 20 * 1024 * 1024;

describe("a hostile request of the management API", () => {
  let broker: ConfiguredBroker;
  let port: number;
  before(async () => {
    broker = await ConfiguredBroker.start([], {}, { hasManagement: true });
    port = Number(new URL(broker.managementUrl).port);
  });
  after(() => broker.close());

  /** Sends bytes as they are, and returns everything until the broker closes the connection. */
  async function send(text: string): Promise<string> {
    const socket = createConnection({ host: "127.0.0.1", port });
    let answer = "";
    socket.on("data", (chunk) => answer += chunk.toString("latin1"));
    socket.on("error", () => {});
    socket.write(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    await closed(socket);
    return answer;
  }

  const request = (line: string, ...headers: string[]): string =>
    [
      `${line} HTTP/1.1`,
      "Host: localhost",
      "Connection: close",
      `Authorization: ${AUTHORIZATION}`,
      ...headers,
      "",
      "",
    ].join("\r\n");

  const api = (method: string, path: string, body?: BodyInit): Promise<Response> =>
    fetch(`${broker.managementUrl}${path}`, {
      method,
      body,
      headers: { authorization: AUTHORIZATION, "content-type": "application/json" },
    });

  it("finds nothing outside of the API by tricks with its path", async () => {
    for (
      const path of [
        "/../../../../etc/passwd",
        "/api/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/..;/..;/etc/passwd",
        "/..\\..\\..\\etc\\passwd",
        "/%5c..%5c..%5cetc%5cpasswd",
        "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
        "/%252e%252e/%252e%252e/etc/passwd",
        "//etc/passwd",
        "/api//whoami",
        "/api/whoami%00.html",
        "/api/whoami%0d%0aX-Evil:%201",
        "/api/users/%00",
        "/api/users/%ff%fe",
        "/api/users/\xff\xfe",
        "http://evil.example/etc/passwd",
        "*",
      ]
    ) {
      const answer = await send(request(`GET ${path}`));
      assert.match(answer, /^HTTP\/1\.1 (400|404) /, path);
      assert.doesNotMatch(answer, /root:|X-Evil/i, path);
    }
    assert.match(await send(request("GET /api/%zz")), /^HTTP\/1\.1 400 /);
  });

  it("can't put headers into an answer, or lines into the log", async () => {
    const injected = "a%0d%0aX-Evil:%20yes%0d%0a%0d%0aHTTP/1.1%20200%20OK";
    for (const path of [`/api/vhosts/${injected}`, `/api/users/${injected}`, `/api/queues/%2F/${injected}`]) {
      for (const method of ["PUT", "GET", "DELETE"]) {
        const answer = await send(request(`${method} ${path}`, "Content-Length: 0"));
        assert.doesNotMatch(answer, /\r\nX-Evil/, path);
        assert.equal(answer.match(/HTTP\/1\.1 \d/g)?.length, 1, answer);
        assert.doesNotMatch(answer, /^HTTP\/1\.1 5/, path);
      }
    }
    const name = "x\n2026-01-01 [info] <0.1.0> user guest logged in\x1b[2J";
    const authorization = `Basic ${btoa(`${name}:wrong`)}`;
    await fetch(`${broker.managementUrl}/api/whoami`, { headers: { authorization } });
    await broker.haremq.line(/HTTP access denied: .*logged in/);
    assert.doesNotMatch(broker.haremq.stdout, /^2026-01-01 /m);
    assert.ok(!broker.haremq.stdout.includes("\x1b[2J"));
  });

  it("with another request inside is read in one way only", async () => {
    const smuggled = "GET /api/whoami HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (
      const headers of [
        ["Content-Length: 4", "Transfer-Encoding: chunked"],
        ["Content-Length: 4", `Content-Length: ${smuggled.length}`],
        ["Transfer-Encoding: identity"],
        ["Transfer-Encoding : chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
        ["Content-Length: 0x4"],
      ]
    ) {
      const answer = await send(request("POST /api/users/bulk-delete", ...headers) + `0\r\n\r\n${smuggled}`);
      assert.match(answer, /^HTTP\/1\.1 (400|501) /, headers.join());
      assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, headers.join());
    }
  });

  it("is refused when its body is too large, however that is sent", async () => {
    await broker.servesWhile(async () => {
      const declared = request("PUT /api/vhosts/big", `Content-Length: ${MAX_BODY_BYTES + 1}`);
      assert.match(await send(declared), /^HTTP\/1\.1 400 [\s\S]*Exceeded HTTP request body size limit/);
      const chunk = `10000\r\n${" ".repeat(65_536)}\r\n`;
      const socket = createConnection({ host: "127.0.0.1", port });
      let answer = "";
      socket.on("data", (bytes) => answer += bytes.toString("latin1"));
      socket.on("error", () => {});
      const end = closed(socket);
      socket.write(request("PUT /api/vhosts/big", "Transfer-Encoding: chunked"));
      for (let at = 0; at <= MAX_BODY_BYTES / 65_536 && !answer.includes("HTTP/1.1 400"); at++) {
        if (!socket.write(chunk)) await Promise.race([once(socket, "drain"), end]);
      }
      await end;
      assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*Exceeded HTTP request body size limit/);
    });
    assert.equal((await api("GET", "/api/vhosts/big")).status, 404);
  });

  it("is refused when its JSON is too deep, too long or no JSON, and changes nothing", async () => {
    await broker.servesWhile(async () => {
      for (
        const [body, status] of [
          [`${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`, 400],
          [`{"a":`.repeat(100_000), 400],
          [`{"description": "a", "description": "b"}`, 400],
          [`{"tags": ${"9".repeat(100_000)}}`, 400],
          [`{"description": "${"\\ud800".repeat(10)}"}`, undefined],
          ["\0", 400],
          ["{", 400],
          ["[]", 400],
        ] as const
      ) {
        const response = await api("PUT", "/api/vhosts/bad", body);
        const text = await response.text();
        if (status === undefined) assert.ok(response.status < 500, text);
        else assert.equal(response.status, status, `${body.slice(0, 50)}: ${text}`);
        assert.ok(text.length < 2000, "the answer repeats the body");
      }
    });
  });

  it("is no way for a page of another origin", async () => {
    const form = { origin: "http://evil.example", "content-type": "text/plain" };
    const body = `{"name":"evil","=":"x"}`;
    const without = await fetch(`${broker.managementUrl}/api/login`, { method: "POST", headers: form, body });
    assert.ok(without.status >= 400);
    for (const [method, path] of [["POST", "/api/users/bulk-delete"], ["PUT", "/api/vhosts/evil"]]) {
      const headers = { ...form, authorization: AUTHORIZATION };
      const response = await fetch(`${broker.managementUrl}${path}`, { method, headers, body });
      assert.equal(response.status, 403);
      assert.equal(response.headers.get("access-control-allow-origin"), null);
    }
    const answer = await api("GET", "/api/whoami");
    assert.equal(answer.headers.get("set-cookie"), null);
  });
});
