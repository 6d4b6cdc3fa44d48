import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect } from "amqplib";
import { Broker } from "../../mod.ts";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient } from "./http_client.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

describe("the resource login of the management API", () => {
  it("checks name and password of a form", async () => {
    const client = new HttpClient(new Broker(), null);
    const right = await client.request("POST", "/api/login", "username=guest&password=guest", FORM);
    assert.equal(right.status, 200);
    assert.deepEqual(right.json, {
      token: { type: "basic", value: btoa("guest:guest") },
      user: { name: "guest", tags: ["administrator"], is_internal_user: true },
    });
    const wrong = await client.request("POST", "/api/login", "username=guest&password=nope", FORM);
    assert.deepEqual([wrong.status, wrong.json], [401, { error: "not_authorized", reason: "Not_Authorized" }]);
    assert.equal((await client.delete("/api/login")).status, 204);
  });

  it("tells how long the page keeps the login, where that is configured", async () => {
    const client = new HttpClient(new Broker({ management: { loginSessionTimeout: 5 } }));
    const { json } = await client.request("POST", "/api/login", "username=guest&password=guest", FORM);
    assert.equal(json.user.login_session_timeout, 5);
    assert.equal((await client.get("/api/whoami")).json.login_session_timeout, 5);
  });

  it("refuses other types of bodies, forms without a field, and users without a tag", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "plain", password: "p" });
    const client = new HttpClient(broker, null);
    assert.equal((await client.post("/api/login", { username: "guest", password: "guest" })).status, 415);
    const partial = await client.request("POST", "/api/login", "username=guest", FORM);
    assert.deepEqual([partial.status, partial.json.reason], [400, "[{key_missing,password}]"]);
    const plain = await client.request("POST", "/api/login", "username=plain&password=p", FORM);
    assert.deepEqual([plain.status, plain.json.reason], [401, "Not management user"]);
  });
});

describe("the resource auth of the management API", () => {
  it("tells anyone how to log in", async () => {
    assert.deepEqual((await new HttpClient(new Broker(), null).get("/api/auth")).json, { oauth_enabled: false });
  });

  it("names the resource servers of OAuth 2, and the login that a proxy in front wants", async () => {
    const auth_oauth2 = { resource_server_id: "rabbit", issuer: "https://issuer.example" };
    const broker = new Broker({ management: { oauth: { oauth_client_id: "page", auth_oauth2 } } });
    const client = new HttpClient(broker, null);
    const read = async (headers: HeadersInit) => (await client.request("GET", "/api/auth", undefined, headers)).json;
    const { oauth_enabled, oauth_resource_servers, oauth_client_id } = await read({});
    assert.deepEqual([oauth_enabled, Object.keys(oauth_resource_servers), oauth_client_id], [true, ["rabbit"], "page"]);
    const strict = await read({ "x-strict_auth_mechanism": "oauth2:rabbit" });
    assert.deepEqual(strict.strict_auth_mechanism, { type: "oauth2", resource_id: "rabbit" });
    assert.deepEqual((await read({ "x-preferred_auth_mechanism": "basic" })).preferred_auth_mechanism, {
      type: "basic",
    });
    for (const mechanism of ["oauth2:other", "kerberos"]) {
      assert.equal((await read({ "x-strict_auth_mechanism": mechanism })).strict_auth_mechanism, undefined, mechanism);
    }
  });

  it("says in the log why OAuth 2 is off, or that tokens travel without TLS", () => {
    const lines: string[] = [];
    const log = (_: string, line: string) => lines.push(line);
    new Broker({ log, management: { oauth: { oauth_client_id: "page", auth_oauth2: {} } } });
    assert.deepEqual(lines, [
      "Login to the management page by OAuth 2 is disabled: auth_oauth2.resource_server_id is not set",
    ]);
    lines.length = 0;
    const auth_oauth2 = { resource_server_id: "rabbit" };
    for (const oauth_provider_url of ["http://login.example", "http://localhost:8080", "https://login.example"]) {
      new Broker({ log, management: { oauth: { oauth_client_id: "page", oauth_provider_url, auth_oauth2 } } });
    }
    assert.deepEqual(lines, [
      "Tokens for the management page travel without TLS, as they come from http://login.example",
    ]);
  });

  it("hashes a password, with which a user can log in", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    const { json } = await client.get("/api/auth/hash_password/s%C3%A9cret");
    await client.put("/api/users/u", { tags: "management", password_hash: json.ok });
    assert.ok(await broker.node.access.login({ username: "u", password: "sécret", peer: { isLoopback: true } }));
    assert.equal((await new HttpClient(broker, null).get("/api/auth/hash_password/x")).status, 401);
  });

  it("counts logins by protocol and source, until they are reset", async () => {
    await using clients = await openBrokerWithClients();
    const { broker, client, url } = clients;
    await assert.rejects(connect(url.replace("guest:guest", "guest:wrong")));
    await new HttpClient(broker, "guest:wrong").get("/api/whoami");
    const path = `/api/auth/attempts/${broker.node.name}`;
    assert.deepEqual((await client.get(path)).json, [
      { protocol: "amqp091", auth_attempts: 2, auth_attempts_failed: 1, auth_attempts_succeeded: 1 },
      { protocol: "http", auth_attempts: 2, auth_attempts_failed: 1, auth_attempts_succeeded: 1 },
    ]);
    const sources = (await client.get(`${path}/source?columns=username,protocol`)).json;
    assert.deepEqual(sources, [{ username: "guest", protocol: "amqp091" }, { username: "guest", protocol: "http" }]);
    assert.equal((await client.get("/api/auth/attempts/other@host")).status, 404);
    assert.equal((await client.delete(path)).status, 204);
    assert.deepEqual((await client.get(path)).json.map(({ protocol }: { protocol: string }) => protocol), ["http"]);
  });

  it("counts a user who may not use a resource as a failure", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "u", password: "p", tags: ["management"] });
    await new HttpClient(broker, "u:p").get("/api/users");
    assert.deepEqual([...broker.node.loginAttempts.byProtocol], [["http", { succeeded: 0, failed: 1 }]]);
  });
});
