import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { HttpClient } from "./http_client.ts";

/** Parameters of paths that lead to something on a new broker. */
const PARAMETERS: Readonly<Record<string, string>> = {
  vhost: "%2F",
  user: "guest",
  exchange: "amq.topic",
  component: "vhost-limits",
  node: "haremq@localhost",
};

describe("the page that documents the management API", () => {
  it("is HTML for anyone, without scripts", async () => {
    const { status, headers, text } = await new HttpClient(new Broker(), null).get("/api/index.html");
    assert.deepEqual([status, headers.get("content-type")], [200, "text/html; charset=utf-8"]);
    assert.match(text, /^<!DOCTYPE html>\n<html lang="en">/);
    assert.doesNotMatch(text, /<script|javascript:| on\w+=/i);
  });

  it("has a row for each operation", async () => {
    const { text } = await new HttpClient(new Broker(), null).get("/api/index.html");
    for (const { method, path, summary } of ROUTES) {
      assert.ok(text.includes(`<tr><td>${method}</td><th scope="row"><code>${path}</code></th>`), `${method} ${path}`);
      assert.match(summary, /^[A-Z].*\.$/s, `${method} ${path}`);
    }
    assert.equal(text.match(/<tr><td>/g)?.length, ROUTES.length);
  });

  it("has an id once, and a heading for each link", async () => {
    const { text } = await new HttpClient(new Broker(), null).get("/api/index.html");
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, id] of text.matchAll(/ href="#([^"]*)"/g)) assert.ok(ids.includes(id), id);
  });

  it("tells of each operation whether it returns a list", async () => {
    const client = new HttpClient(new Broker());
    for (const { method, path, returns } of ROUTES) {
      const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
      if (method !== "GET" || returns === "events" || !names.every((name) => name in PARAMETERS)) continue;
      const { status, json } = await client.get(path.replace(/:(\w+)/g, (_, name) => PARAMETERS[name]));
      if (status !== 200 || path === "/api/extensions") continue;
      assert.equal(Array.isArray(json), returns !== undefined, path);
      if (returns === undefined) continue;
      const page = await client.get(`${path.replace(/:(\w+)/g, (_, name) => PARAMETERS[name])}?page=1`);
      assert.equal(Array.isArray(page.json), returns === "list", path);
    }
  });

  it("is where the root of the API leads to", async () => {
    const client = new HttpClient(new Broker(), null);
    for (const [path, location] of [["/api", "api/index.html"], ["/api/", "index.html"]]) {
      const { status, headers } = await client.get(path);
      assert.deepEqual([status, headers.get("location")], [301, location]);
    }
  });
});
