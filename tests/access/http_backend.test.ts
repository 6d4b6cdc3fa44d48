import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Fetch } from "../../src/access/bounded_fetch.ts";
import { HttpBackend, type HttpBackendOptions } from "../../src/access/http_backend.ts";
import { settled } from "../fake_clock.ts";
import { ManualClock } from "./manual_clock.ts";

const peer = { isLoopback: false, host: "192.0.2.1" };
const context = { peer };
const carrot = { name: "carrot", tags: ["monitoring", "own tag"] };

interface Asked {
  readonly url: string;
  readonly method: string;
  readonly body: string;
}

/** Makes a backend whose server always gives the same answer, with its requests. */
function backendFor(answer: string | (() => Response), options: HttpBackendOptions = {}) {
  const asked: Asked[] = [];
  const lines: string[] = [];
  const clock = new ManualClock();
  const fetch: Fetch = (url, init) => {
    asked.push({ url, method: init.method!, body: String(init.body ?? "") });
    return Promise.resolve(typeof answer === "string" ? new Response(answer) : answer());
  };
  const backend = new HttpBackend(options, fetch, clock, (level, line) => lines.push(`${level}: ${line}`));
  return { backend, asked, lines, clock };
}

describe("the HTTP backend", () => {
  it("asks by GET, with everything in the address", async () => {
    const { backend, asked } = backendFor("allow");
    await backend.authenticate({ username: "carrot & co", password: "é=&?#", peer });
    await backend.mayOpen(carrot, "/v 1", context);
    await backend.may(carrot, "configure", { vhost: "/", kind: "exchange", name: "amq.default" }, context);
    await backend.mayUseTopic(carrot, "write", { vhost: "/", exchange: "amq.topic", routingKey: "a.b" }, context);
    const urls = asked.map(({ url }) => new URL(url));
    const facts = urls.map((url) => [url.pathname, Object.fromEntries(url.searchParams)]);
    const who = { username: "carrot", tags: "monitoring own tag" };
    assert.deepEqual(facts, [
      ["/auth/user", { username: "carrot & co", password: "é=&?#" }],
      ["/auth/vhost", { ...who, vhost: "/v 1", ip: "192.0.2.1" }],
      ["/auth/resource", { ...who, vhost: "/", resource: "exchange", name: "amq.default", permission: "configure" }],
      ["/auth/topic", {
        ...who,
        vhost: "/",
        resource: "topic",
        name: "amq.topic",
        permission: "write",
        routing_key: "a.b",
        "variable_map.username": "carrot",
        "variable_map.vhost": "/",
      }],
    ]);
    assert.ok(urls.every(({ host }) => host === "localhost:8000"));
    assert.ok(asked.every(({ method, body }) => method === "GET" && body === ""));
  });

  it("asks by POST, with everything in the body, when it is configured to", async () => {
    const options = { http_method: "post", user_path: "https://auth.example.org/u" } as const;
    const { backend, asked } = backendFor("allow", options);
    await backend.authenticate({ username: "carrot", password: "a b", peer });
    assert.deepEqual(asked, [{
      url: "https://auth.example.org/u",
      method: "POST",
      body: "username=carrot&password=a+b",
    }]);
  });

  it("asks without a password about a user that was authenticated by other means", async () => {
    const { backend, asked } = backendFor("allow", { http_method: "post" });
    await backend.authenticate({ username: "CN=carrot", peer });
    assert.equal(asked[0].body, "username=CN%3Dcarrot");
  });

  it("sends the id of an MQTT client", async () => {
    const { backend, asked } = backendFor("allow", { http_method: "post" });
    const resource = { vhost: "/", kind: "queue", name: "q" } as const;
    await backend.may(carrot, "read", resource, { peer, clientId: "c1" });
    assert.equal(new URLSearchParams(asked[0].body).get("client_id"), "c1");
  });

  it("takes the tags behind allow, in lower case", async () => {
    for (
      const [answer, tags] of [
        ["allow", []],
        ["ALLOW", []],
        [" allow administrator  Management\r\n", ["administrator", "management"]],
      ] as const
    ) {
      const user = await backendFor(answer).backend.authenticate({ username: "carrot", password: "x", peer });
      assert.deepEqual(user, { name: "carrot", tags });
    }
    const user = await backendFor("allow administrator").backend.authorize({ username: "carrot", password: "x", peer });
    assert.deepEqual(user, { name: "carrot", tags: [] });
  });

  it("is refused by deny, whose reason is only logged", async () => {
    for (const [answer, reason] of [["deny", undefined], ["Deny", undefined], ["deny too late", "too late"]] as const) {
      const { backend, lines } = backendFor(answer);
      const refusal = await backend.authenticate({ username: "carrot", password: "hunter2", peer });
      assert.deepEqual(refusal, { refused: "Denied by the backing HTTP service" });
      assert.equal(await backend.mayOpen(carrot, "/", context), false);
      const expected = reason === undefined ? [] : [
        "info: HTTP authentication denied for user 'carrot': too late",
        "info: HTTP authorization denied for path http://localhost:8000/auth/vhost and user 'carrot': too late",
      ];
      assert.deepEqual(lines, expected);
    }
  });

  it("tells the client the reason of a denied permission where that is configured, and never that of a login", async () => {
    const options = { authorization_failure_disclosure: true };
    const resource = { vhost: "/", kind: "queue", name: "q" } as const;
    const topic = { vhost: "/", exchange: "amq.topic", routingKey: "k" };
    const { backend } = backendFor("deny too late ❌", options);
    const denied = { denied: "too late ❌" };
    assert.deepEqual(await backend.mayOpen(carrot, "/", context), denied);
    assert.deepEqual(await backend.may(carrot, "read", resource, context), denied);
    assert.deepEqual(await backend.mayUseTopic(carrot, "write", topic, context), denied);
    assert.deepEqual(await backend.authenticate({ username: "carrot", password: "x", peer }), {
      refused: "Denied by the backing HTTP service",
    });
    assert.equal(await backendFor("deny", options).backend.mayOpen(carrot, "/", context), false);
    const long = await backendFor(`deny ${"x".repeat(60_000)}`, options).backend.mayOpen(carrot, "/", context);
    assert.deepEqual(long, { denied: "x".repeat(255) });
  });

  it("fails on any other answer, and never reveals a password", async () => {
    const answers: (string | (() => Response))[] = [
      "",
      "allowed",
      "yes",
      "denial",
      "<html>allow</html>",
      () => new Response("allow", { status: 500 }),
      () => new Response("allow", { status: 404 }),
      () => new Response("allow", { status: 302, headers: { location: "/" } }),
      () => {
        throw new TypeError("error sending request for url (http://localhost:8000/auth/user?password=hunter2)");
      },
    ];
    for (const answer of answers) {
      const { backend, lines } = backendFor(answer);
      const login = Promise.resolve(backend.authenticate({ username: "carrot", password: "hunter2", peer }));
      await assert.rejects(login, (error: Error) => error.name === "FetchError" && !/hunter2/.test(error.message));
      await assert.rejects(Promise.resolve(backend.mayOpen(carrot, "/", context)));
      assert.doesNotMatch(lines.join(), /hunter2/);
    }
    await assert.rejects(Promise.resolve(backendFor("allow monitoring").backend.mayOpen(carrot, "/", context)));
  });

  it("takes 201 for a success, as RabbitMQ does", async () => {
    const { backend } = backendFor(() => new Response("allow", { status: 201 }));
    assert.equal(await backend.mayOpen(carrot, "/", context), true);
  });

  it("gives up on a server that hangs before or within its answer", async () => {
    const endless = new ReadableStream({ pull: () => new Promise(() => {}) });
    for (const answer of [() => new Promise<Response>(() => {}), () => Promise.resolve(new Response(endless))]) {
      const clock = new ManualClock();
      const backend = new HttpBackend({ request_timeout: 1000 }, answer, clock);
      const login = assert.rejects(
        Promise.resolve(backend.authenticate({ username: "carrot", password: "hunter2", peer })),
        { message: "no answer from http://localhost:8000/auth/user within 1000 ms" },
      );
      await settled();
      clock.advance(1000);
      await login;
      assert.equal(clock.timerCount, 0);
    }
  });

  it("gives up on a server whose answer does not end", async () => {
    let bytes = 0;
    const gigabytes = () =>
      new ReadableStream({
        pull(controller) {
          bytes += 65536;
          controller.enqueue(new Uint8Array(65536).fill(32));
        },
      });
    const { backend } = backendFor(() => new Response(gigabytes()));
    await assert.rejects(Promise.resolve(backend.mayOpen(carrot, "/", context)), /is longer than 65536 bytes$/);
    assert.ok(bytes < 1024 * 1024);
  });
});

describe("the HTTP backend and a real server", () => {
  let server: Server;
  let address: string;
  before(async () => {
    server = createServer((request, response) => {
      if (request.url === "/hang") return;
      if (request.url === "/move") return void response.writeHead(307, { location: "/user" }).end();
      let body = "";
      request.on("data", (chunk) => body += chunk);
      request.on("end", () => {
        const form = new URLSearchParams(request.method === "GET" ? request.url!.split("?")[1] : body);
        response.end(form.get("password") === "crunch" ? "allow management" : "deny");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const clock = {
    now: () => performance.now(),
    time: () => Date.now(),
    after(delayMs: number, callback: () => void) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
  const backendAt = (path: string, options: HttpBackendOptions = {}) =>
    new HttpBackend({ user_path: `${address}${path}`, ...options }, fetch, clock);

  it("agree on who may log in, by GET and by POST", async () => {
    for (const http_method of ["get", "post"] as const) {
      const backend = backendAt("/user", { http_method });
      const right = await backend.authenticate({ username: "carrot", password: "crunch", peer });
      assert.deepEqual(right, { name: "carrot", tags: ["management"] });
      assert.ok("refused" in await backend.authenticate({ username: "carrot", password: "munch", peer }));
    }
  });

  it("fail when the server hangs, redirects, or does not exist", async () => {
    const login = (path: string, options: HttpBackendOptions = {}) =>
      Promise.resolve(
        backendAt(path, { http_method: "post", ...options }).authenticate({
          username: "carrot",
          password: "crunch",
          peer,
        }),
      );
    await assert.rejects(login("/hang", { request_timeout: 100 }), /no answer from .* within 100 ms/);
    await assert.rejects(login("/move"), { name: "FetchError" });
    await assert.rejects(login("/user", { user_path: "http://127.0.0.1:1/user" }), { name: "FetchError" });
  });
});
