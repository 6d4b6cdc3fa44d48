import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { DEFAULT_HEADER_OPTIONS, type HeaderOptions } from "../../src/http/header_options.ts";
import { HttpClient } from "./http_client.ts";

const clientWith = (headers: Partial<HeaderOptions>) =>
  new HttpClient(new Broker({ management: { headers: { ...DEFAULT_HEADER_OPTIONS, ...headers } } }));

const EVIL = "http://evil.example";
const OTHER = "https://console.example";

describe("the headers of the management API", () => {
  const client = new HttpClient(new Broker());

  it("are RabbitMQ's", async () => {
    const { headers } = await client.get("/api/whoami");
    assert.deepEqual([...headers].sort(), [
      ["allow", "HEAD, GET, OPTIONS"],
      ["cache-control", "no-cache"],
      ["content-length", "65"],
      ["content-security-policy", "script-src 'self'; object-src 'self'"],
      ["content-type", "application/json"],
      ["vary", "accept, accept-encoding, origin"],
    ]);
  });

  it("are on errors too", async () => {
    const { status, headers } = await client.get("/api/nothing");
    assert.equal(status, 404);
    assert.equal(headers.get("content-security-policy"), "script-src 'self'; object-src 'self'");
    assert.equal(headers.get("cache-control"), "public, max-age=0, must-revalidate");
    assert.equal(headers.get("vary"), "origin, accept-encoding");
  });

  it("are those that are configured", async () => {
    const { headers } = await clientWith({
      csp: "default-src 'self'",
      hsts: "max-age=31536000",
      content_type_options: "nosniff",
      xss_protection: "1; mode=block",
      frame_options: "DENY",
      referrer_policy: "origin",
      hide_allow_header: true,
    }).get("/api/whoami");
    assert.equal(headers.get("content-security-policy"), "default-src 'self'");
    assert.equal(headers.get("strict-transport-security"), "max-age=31536000");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("x-xss-protection"), "1; mode=block");
    assert.equal(headers.get("x-frame-options"), "DENY");
    assert.equal(headers.get("referrer-policy"), "origin");
    assert.equal(headers.has("allow"), false);
  });
});

describe("methods of the management API", () => {
  const client = new HttpClient(new Broker());
  const nobody = new HttpClient(new Broker(), null);

  it("include HEAD, which answers as GET without the body", async () => {
    const { status, headers, text } = await client.request("HEAD", "/api/whoami");
    assert.deepEqual([status, text, headers.get("content-length")], [200, "", "65"]);
  });

  it("are listed by OPTIONS without a login", async () => {
    for (const [path, allow] of [["whoami", "HEAD, GET, OPTIONS"], ["users/a", "HEAD, GET, PUT, DELETE, OPTIONS"]]) {
      const { status, headers, text } = await nobody.request("OPTIONS", `/api/${path}`);
      assert.deepEqual([status, headers.get("allow"), text], [200, allow, ""]);
    }
  });

  it("that a path does not have are refused without a login", async () => {
    for (const method of ["DELETE", "PUT", "POST", "PATCH"]) {
      const { status, headers, text } = await nobody.request(method, "/api/whoami");
      assert.deepEqual([status, headers.get("allow"), text], [405, "HEAD, GET, OPTIONS", ""]);
    }
  });
});

describe("paths of the management API", () => {
  it("may end with a slash, and not have two in a row", async () => {
    const client = new HttpClient(new Broker());
    assert.equal((await client.get("/api/whoami/")).status, 200);
    assert.equal((await client.get("//api//whoami")).status, 404);
  });

  it("begin with the configured prefix", async () => {
    const client = new HttpClient(new Broker({ management: { pathPrefix: "/rabbit" } }));
    assert.equal((await client.get("/rabbit/api/whoami")).status, 200);
    assert.equal((await client.get("/api/whoami")).status, 404);
    assert.equal((await client.get("/rabbitx/api/whoami")).status, 404);
  });
});

describe("a client that does not take JSON", () => {
  it("is told so", async () => {
    const client = new HttpClient(new Broker());
    for (
      const [accept, status] of [
        ["text/html", 406],
        ["application/bert", 406],
        ["text/html, application/json;q=0.5", 200],
        ["application/*", 200],
        ["*/*", 200],
      ] as const
    ) {
      const reply = await client.request("GET", "/api/whoami", undefined, { accept });
      assert.equal(reply.status, status, accept);
    }
    const { status } = await client.request("PUT", "/api/vhosts/new", "{}", { accept: "text/html" });
    assert.equal(status, 406);
    assert.equal((await client.get("/api/vhosts/new")).status, 404);
  });
});

describe("a client that has an answer already", () => {
  it("is told that it is the same", async () => {
    const client = new HttpClient(new Broker());
    const first = await client.get("/api/index.html");
    const etag = first.headers.get("etag")!;
    for (const known of [etag, `"other", W/${etag}`, "*"]) {
      const again = await client.request("GET", "/api/index.html", undefined, { "if-none-match": known });
      assert.deepEqual([again.status, again.text, again.headers.get("etag")], [304, "", etag]);
    }
    const other = await client.request("GET", "/api/index.html", undefined, { "if-none-match": '"other"' });
    assert.equal(other.status, 200);
  });
});

describe("a page of another origin", () => {
  it("may read nothing by default", async () => {
    const client = new HttpClient(new Broker());
    for (const origin of [EVIL, "null", "*"]) {
      const { headers } = await client.request("GET", "/api/whoami", undefined, { origin });
      assert.equal(headers.has("access-control-allow-origin"), false);
    }
  });

  it("may use the API where its origin is configured", async () => {
    const client = clientWith({ allow_origins: [OTHER], max_age: 60 });
    const { headers } = await client.request("OPTIONS", "/api/users/a", undefined, {
      origin: OTHER,
      "access-control-request-headers": "authorization, content-type",
    });
    assert.equal(headers.get("access-control-allow-origin"), OTHER);
    assert.equal(headers.get("access-control-allow-credentials"), "true");
    assert.equal(headers.get("access-control-allow-methods"), "HEAD, GET, PUT, DELETE, OPTIONS");
    assert.equal(headers.get("access-control-allow-headers"), "authorization, content-type");
    assert.equal(headers.get("access-control-max-age"), "60");
    const evil = await client.request("OPTIONS", "/api/users/a", undefined, { origin: EVIL });
    assert.equal(evil.headers.has("access-control-allow-origin"), false);
    const write = await client.request("PUT", "/api/vhosts/a", "{}", { origin: OTHER, "sec-fetch-site": "cross-site" });
    assert.equal(write.status, 201);
  });

  it("may use the API without remembered credentials where all origins are allowed", async () => {
    const client = clientWith({ allow_origins: ["*"] });
    const { headers } = await client.request("GET", "/api/whoami", undefined, { origin: EVIL });
    assert.equal(headers.get("access-control-allow-origin"), "*");
    assert.equal(headers.has("access-control-allow-credentials"), false);
  });

  it("changes nothing, even with credentials that the browser has remembered", async () => {
    const client = new HttpClient(new Broker());
    for (
      const headers of [
        { origin: EVIL },
        { origin: "null" },
        { origin: EVIL, "sec-fetch-site": "cross-site" },
        { origin: "http://evil.localhost:15672", "sec-fetch-site": "same-site" },
      ] as Record<string, string>[]
    ) {
      const { status, json } = await client.request("PUT", "/api/vhosts/new", "{}", headers);
      assert.equal(status, 403);
      assert.equal(json.error, "forbidden");
    }
    assert.equal((await client.get("/api/vhosts/new")).status, 404);
    const own: Record<string, string>[] = [
      { origin: "http://localhost:15672" },
      { origin: EVIL, "sec-fetch-site": "same-origin" },
    ];
    for (const headers of own) {
      const { status } = await client.request("PUT", "/api/vhosts/own", "{}", headers);
      assert.ok(status < 300);
    }
  });
});
