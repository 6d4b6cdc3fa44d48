import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { DEFAULT_HEADER_OPTIONS } from "../../src/http/header_options.ts";
import { ASSETS } from "../../src/http/page/assets.ts";
import { HttpClient } from "./http_client.ts";

const SCRIPT = Object.keys(ASSETS).find((name) => name.endsWith(".js"))!;

describe("the management page", () => {
  const client = new HttpClient(new Broker(), null);

  it("is served to anyone at the root, as in RabbitMQ", async () => {
    for (const path of ["/", "/index.html"]) {
      const { status, headers, text } = await client.get(path);
      assert.deepEqual([status, headers.get("content-type")], [200, "text/html; charset=utf-8"]);
      assert.equal(text, ASSETS["index.html"]);
      assert.equal(headers.get("cache-control"), "no-cache");
      assert.equal(headers.get("www-authenticate"), null);
    }
  });

  it("has a policy by which everything comes from the server", async () => {
    const { headers } = await client.get("/");
    assert.match(headers.get("content-security-policy")!, /^default-src 'self'; object-src 'none'; /);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  });

  it("has the policy that is configured", async () => {
    const csp = "default-src 'self' https://idp.example";
    const configured = new Broker({ management: { headers: { ...DEFAULT_HEADER_OPTIONS, csp } } });
    const { headers } = await new HttpClient(configured, null).get("/");
    assert.equal(headers.get("content-security-policy"), csp);
  });

  it("names files that never change and are kept for ever", async () => {
    const { text } = await client.get("/");
    for (const [, path] of text.matchAll(/ (?:src|href)="(assets\/[^"]+)"/g)) {
      const { status, headers } = await client.get(`/${path}`);
      assert.equal(status, 200, path);
      assert.match(path, /-[0-9a-f]{10}\.\w+$/);
      assert.equal(headers.get("cache-control"), "public, max-age=31536000, immutable");
    }
  });

  it("is compressed for those who accept that", async () => {
    const plain = await client.get(`/assets/${SCRIPT}`);
    const gzipped = await client.request("GET", `/assets/${SCRIPT}`, undefined, { "accept-encoding": "gzip, br" });
    assert.equal(gzipped.headers.get("content-encoding"), "gzip");
    assert.ok(Number(gzipped.headers.get("content-length")) < Number(plain.headers.get("content-length")) / 2);
    assert.notEqual(gzipped.headers.get("etag"), plain.headers.get("etag"));
    const refused = await client.request("GET", `/assets/${SCRIPT}`, undefined, { "accept-encoding": "gzip;q=0" });
    assert.equal(refused.headers.get("content-encoding"), null);
  });

  it("is not sent again to those who have it", async () => {
    const etag = (await client.get("/")).headers.get("etag")!;
    const { status, text } = await client.request("GET", "/", undefined, { "if-none-match": etag });
    assert.deepEqual([status, text], [304, ""]);
  });

  it("has an icon", async () => {
    const { status, headers } = await client.get("/favicon.ico");
    assert.deepEqual([status, headers.get("content-type")], [200, "image/svg+xml"]);
  });

  it("has no other files", async () => {
    for (const path of ["/assets/none.js", "/assets/constructor", "/assets/..%2Findex.html"]) {
      assert.equal((await client.get(path)).status, 404, path);
    }
  });

  it("follows the prefix of all paths", async () => {
    const prefixed = new HttpClient(new Broker({ management: { pathPrefix: "/rabbit" } }), null);
    assert.equal((await prefixed.get("/rabbit/")).status, 200);
    assert.equal((await prefixed.get(`/rabbit/assets/${SCRIPT}`)).status, 200);
    const { status, headers } = await prefixed.get("/rabbit");
    assert.deepEqual([status, headers.get("location")], [301, "/rabbit/"]);
    assert.equal((await prefixed.get("/")).status, 404);
  });

  it("is not served where it is switched off", async () => {
    const without = new HttpClient(new Broker({ management: { servesPage: false } }));
    for (const path of ["/", "/index.html", "/favicon.ico", `/assets/${SCRIPT}`]) {
      assert.equal((await without.get(path)).status, 404, path);
    }
    assert.equal((await without.get("/api/whoami")).status, 200);
  });
});
