import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Server } from "node:net";
import { after, before, describe, it } from "node:test";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfiguredBroker } from "./configured_broker.ts";
import { HANGS, type Say, says, STOPS, WebServer } from "./web_server.ts";

const ALLOW = says(200, "allow");
const TIMEOUT_MS = 1000;

/** Wrong behaviour of a server, by the name that it has in the names of users. */
const WRONG: Readonly<Record<string, Say>> = {
  hangs: HANGS,
  stops: STOPS,
  gigabyte: (response, request) => server.sendsGigabyte(response, request),
  garbage: says(200, "\u0000\u0001 perhaps"),
  html: says(200, "<html>allow</html>"),
  empty: says(200, ""),
  error: says(500, "allow"),
  missing: says(404, "allow"),
  elsewhere: says(302, "allow", { location: "/allow" }),
  resets: (response) => void response.destroy(),
};

/** Does what the user's name asks for, such as `vhost hangs`, and allows everything else. */
function answer(question: string): Say {
  return (response: ServerResponse, request: IncomingMessage) => {
    let body = "";
    request.on("data", (chunk) => body += chunk);
    request.on("end", () => {
      const [about, behaviour] = (new URLSearchParams(body).get("username") ?? "").split(" ");
      (about === question ? WRONG[behaviour] : ALLOW)(response, request);
    });
  };
}

const server = new WebServer({
  "/user": answer("user"),
  "/vhost": answer("vhost"),
  "/resource": answer("resource"),
  "/topic": answer("topic"),
  "/allow": ALLOW,
});

describe("a faulty web server for logins and permissions", () => {
  let broker: ConfiguredBroker;
  before(async () => {
    const address = await server.start();
    broker = await ConfiguredBroker.start([
      "auth_backends.1 = internal",
      "auth_backends.2 = http",
      "auth_http.http_method = post",
      ...["user", "vhost", "resource", "topic"].map((path) => `auth_http.${path}_path = ${address}/${path}`),
      `auth_http.request_timeout = ${TIMEOUT_MS}`,
    ]);
  });
  after(async () => {
    await broker.close();
    server.close();
  });

  async function each(test: (behaviour: string) => Promise<void>): Promise<void> {
    await broker.servesWhile(() => Promise.all(Object.keys(WRONG).map(test)));
  }

  it("lets nobody log in, while others are served", () =>
    each(async (behaviour) => {
      const refusal = await broker.refusal({ user: `user ${behaviour}`, password: "x" });
      assert.equal(refusal[0], 403, behaviour);
    }));

  it("lets nobody open a virtual host, while others are served", () =>
    each(async (behaviour) => {
      const user = `vhost ${behaviour}`;
      await assert.rejects(
        broker.open({ user, password: "x" }),
        new RegExp(`NOT_ALLOWED - access to vhost '/' refused for user '${user}'`),
      );
    }));

  it("causes the refusal of a channel, while other channels are served", () =>
    each(async (behaviour) => {
      const user = `resource ${behaviour}`;
      await using client = await broker.open({ user, password: "x", channels: [1, 2] });
      client.send(1, "queue.declare", { queue: "q", exclusive: true });
      await client.request(2, "basic.qos", { prefetchCount: 1 });
      const [code, text] = await client.receiveClose(1);
      assert.deepEqual([code, text], [
        403,
        `ACCESS_REFUSED - configure access to queue 'q' in vhost '/' refused for user '${user}'`,
      ]);
      await client.request(2, "basic.qos", { prefetchCount: 2 });
    }));

  it("causes the refusal of a message, while other channels are served", () =>
    each(async (behaviour) => {
      const user = `topic ${behaviour}`;
      await using client = await broker.open({ user, password: "x", channels: [1, 2] });
      client.publish(1, { exchange: "amq.topic", routingKey: "k", body: "message" });
      await client.request(2, "basic.qos", { prefetchCount: 1 });
      const [code, text] = await client.receiveClose(1);
      assert.equal(code, 403);
      assert.match(text, /^ACCESS_REFUSED - write access to topic 'k' in exchange 'amq\.topic' in vhost '\/' refused/);
    }));

  it("is read up to the maximum size of an answer, and its failures are logged without passwords", () => {
    assert.ok(server.sentBytes < 64 * 1024 * 1024, `${server.sentBytes} bytes were sent`);
    const { stdout } = broker.haremq;
    for (const reason of ["within 1000 ms", "is longer than 65536 bytes", "neither 'allow' nor 'deny'", "status 500"]) {
      assert.ok(stdout.includes(reason), reason);
    }
  });
});

describe("a directory that hangs", () => {
  let broker: ConfiguredBroker;
  let silent: Server;
  before(async () => {
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    broker = await ConfiguredBroker.start([
      "auth_backends.1 = internal",
      "auth_backends.2 = ldap",
      "auth_ldap.servers.1 = 127.0.0.1",
      `auth_ldap.port = ${(silent.address() as AddressInfo).port}`,
      "auth_ldap.connection_pool_size = 2",
      `auth_ldap.timeout = ${TIMEOUT_MS}`,
    ]);
  });
  after(async () => {
    await broker.close();
    silent.close();
  });

  it("lets none of many clients log in, while others are served", async () => {
    await broker.servesWhile(() =>
      Promise.all(Array.from({ length: 20 }, async () => {
        const refusal = await broker.refusal({ user: "carrot", password: "crunch" });
        assert.equal(refusal[0], 403);
      }))
    );
    await broker.haremq.line(/backend rabbit_auth_backend_ldap failed to answer .*no answer .* within 1000 ms/);
    assert.ok(!broker.haremq.stdout.includes("crunch"));
  });
});
