import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { fieldTable, writeFieldTable } from "../../src/wire/field_table.ts";
import { HEADER_0_9_1, methodFrame, plainResponse, RawClient } from "../raw_client.ts";
import { ConfiguredBroker } from "./configured_broker.ts";
import { says, WebServer } from "./web_server.ts";

const encoder = new TextEncoder();

/** Secrets, each of them a text that occurs nowhere else. */
const SECRET = {
  defaultPassword: "secret-of-the-default-user",
  otherPassword: "secret-of-another-user",
  wrongPassword: "secret-that-is-wrong",
  anonymousPassword: "secret-of-the-default-user",
  directoryPassword: "secret-of-the-directory",
  token: "eyJhbGciOiJSUzI1NiJ9.eyJzZWNyZXQtdG9rZW4iOiJ0cnVlIn0.c2VjcmV0LXNpZ25hdHVyZQ",
  newSecret: "secret-that-is-new",
  httpPassword: "secret-for-the-web-server",
  clientSecret: "secret-of-the-page-at-the-provider",
} as const;

describe("a secret", () => {
  const server = new WebServer({
    "/user": says(500, "no"),
    "/vhost": says(200, "allow"),
    "/.well-known/openid-configuration": (response, request) => {
      const address = `http://${request.headers.host}`;
      const json = { authorization_endpoint: `${address}/authorize`, token_endpoint: `${address}/token` };
      says(200, JSON.stringify(json))(response, request);
    },
    "/token": says(500, "{}"),
  });
  const silent = createServer((socket) => socket.on("data", () => socket.end("no LDAP")).on("error", () => {}));
  let broker: ConfiguredBroker;
  before(async () => {
    const address = await server.start();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    broker = await ConfiguredBroker.start(
      [
        "auth_backends.1 = internal",
        "auth_backends.2 = oauth2",
        "auth_backends.3 = http",
        "auth_backends.4 = ldap",
        "auth_mechanisms.1 = PLAIN",
        "auth_mechanisms.2 = AMQPLAIN",
        "auth_mechanisms.3 = RABBIT-CR-DEMO",
        "auth_mechanisms.4 = ANONYMOUS",
        "default_user = admin",
        `default_pass = ${SECRET.defaultPassword}`,
        "default_users.other.vhost_pattern = .*",
        `default_users.other.password = ${SECRET.otherPassword}`,
        "default_users.other.read = .*",
        "anonymous_login_user = admin",
        `anonymous_login_pass = ${SECRET.anonymousPassword}`,
        "auth_oauth2.resource_server_id = rabbitmq",
        `auth_oauth2.jwks_uri = ${address}/keys`,
        `auth_http.user_path = ${address}/user`,
        `auth_http.vhost_path = ${address}/vhost`,
        "auth_ldap.servers.1 = 127.0.0.1",
        `auth_ldap.port = ${(silent.address() as AddressInfo).port}`,
        "auth_ldap.timeout = 1000",
        "auth_ldap.dn_lookup_attribute = cn",
        "auth_ldap.dn_lookup_bind.user_dn = cn=reader",
        `auth_ldap.dn_lookup_bind.password = ${SECRET.directoryPassword}`,
        "event_exchange.enabled = true",
        "management.oauth_enabled = true",
        `management.oauth_provider_url = ${address}`,
        "management.oauth_client_id = page",
        `management.oauth_client_secret = ${SECRET.clientSecret}`,
      ],
      {},
      { hasManagement: true },
    );
  });
  after(async () => {
    await broker.close();
    server.close();
    silent.close();
  });

  const admin = { user: "admin", password: SECRET.defaultPassword };
  const told: string[] = [];

  /** Logs in by a mechanism, and records everything that the broker sends. */
  async function logIn(mechanism: string, ...responses: readonly Uint8Array[]): Promise<void> {
    await using client = await RawClient.connect(broker.address);
    client.write(HEADER_0_9_1);
    await client.receive(0, "connection.start");
    const clientProperties = fieldTable({ capabilities: { authentication_failure_close: true } });
    const [response, ...others] = responses;
    client.send(0, "connection.start-ok", { clientProperties, mechanism, response, locale: "en_US" });
    for (const response of others) {
      told.push(
        JSON.stringify(await client.receiveAny(0), (_, value) => typeof value === "bigint" ? `${value}` : value),
      );
      client.send(0, "connection.secure-ok", { response });
    }
    const answer = await client.receiveAny(0);
    if (answer.name === "connection.close") told.push(answer.replyText);
  }

  const table = (login: string, password: string): Uint8Array => {
    const writer = new ByteWriter();
    writeFieldTable(writer, fieldTable({ LOGIN: login, PASSWORD: password }));
    return writer.written().slice(4);
  };

  it("is in no line of the log, no error, no event and no file", async () => {
    await using listener = await broker.open(admin);
    const { queue } = await listener.request(1, "queue.declare", { exclusive: true });
    await listener.request(1, "queue.bind", { queue, exchange: "amq.rabbitmq.event", routingKey: "#" });
    await listener.request(1, "basic.consume", { queue, noAck: true });

    const logins: Promise<void>[] = [];
    for (const [at, password] of Object.values(SECRET).entries()) {
      const user = ["admin", "other", "nobody"][at % 3];
      logins.push(
        logIn("PLAIN", plainResponse(user, password)),
        logIn("AMQPLAIN", table(user, password)),
        logIn("RABBIT-CR-DEMO", encoder.encode(user), encoder.encode(`My password is ${password}`)),
      );
    }
    await Promise.all(logins);
    // Malformed input that contains a secret.
    const { wrongPassword } = SECRET;
    await Promise.all([
      logIn("PLAIN", encoder.encode(`admin\0${wrongPassword}`)),
      logIn("PLAIN", encoder.encode(`\0admin\0${wrongPassword}\0`)),
      logIn("PLAIN", encoder.encode(wrongPassword)),
      logIn("AMQPLAIN", encoder.encode(`\x05LOGINS\0\0\0\x05admin\x08PASSWORDS\0\0\xff\xff${wrongPassword}`)),
      logIn("RABBIT-CR-DEMO", encoder.encode("admin"), encoder.encode(`My password: ${wrongPassword}`)),
      logIn("ANONYMOUS", encoder.encode(wrongPassword)),
    ]);
    // A truncated frame, one of an unknown type, and a secret in the place of a method.
    const frame = methodFrame(0, "connection.secure-ok", { response: encoder.encode(`........${wrongPassword}`) });
    for (const bytes of [frame.with(-1, 0), frame.with(0, 9), encoder.encode(`AMQP....${wrongPassword}`)]) {
      await using client = await RawClient.connect(broker.address);
      client.write(HEADER_0_9_1);
      await client.receive(0, "connection.start");
      client.write(bytes);
      const closed = await client.receiveCloseOrEnd();
      told.push(String(closed));
    }
    for (const text of [SECRET.newSecret, SECRET.token]) {
      await using client = await broker.open(admin);
      await client.request(0, "connection.update-secret", { newSecret: encoder.encode(text), reason: "it is old" });
    }

    // The provider fails, to which the broker has told its secret.
    const tokens = `${broker.managementUrl}/js/oidc-oauth/token-endpoint/rabbitmq`;
    const grant = new URLSearchParams({ grant_type: "refresh_token", refresh_token: SECRET.wrongPassword });
    const failed = await fetch(tokens, { method: "POST", body: grant });
    assert.deepEqual([failed.status, server.asked.at(-1)], [502, "/token"]);
    told.push(await failed.text());
    for (const path of ["api/auth", "js/oidc-oauth/token-endpoint/rabbitmq/openid-configuration"]) {
      const answer = await fetch(`${broker.managementUrl}/${path}`);
      assert.equal(answer.status, 200, path);
      told.push(await answer.text());
    }

    // The event of this login is behind those of all others.
    await using _last = await broker.open({ ...admin, clientProperties: fieldTable({ connection_name: "the last" }) });
    let events = "";
    while (!events.includes("the last")) {
      const { properties, method } = await listener.receiveContent(1, "basic.deliver");
      events += `${method.routingKey} ${JSON.stringify(properties, (_, value) => printable(value))}\n`;
    }
    assert.ok(events.includes("user.authentication.failure") && events.includes("user.authentication.success"));

    broker.haremq.child.kill("SIGTERM");
    await broker.haremq.ended;
    const { stdout, stderr } = broker.haremq;
    assert.ok(stdout.includes("PLAIN login refused: user 'nobody'"));
    const outputs: [string, string][] = [["log", stdout + stderr], ["errors", told.join("\n")], ["events", events]];
    for (const name of await readdir(`${broker.folder}/data`, { recursive: true })) {
      const content = await readFile(`${broker.folder}/data/${name}`, "latin1").catch(() => "");
      outputs.push([`file ${name}`, content]);
    }
    for (const [where, text] of outputs) {
      for (const [name, secret] of Object.entries(SECRET)) {
        for (const part of [secret, secret.split(".").at(-1)!]) {
          assert.ok(!text.includes(part), `${name} is in the ${where}`);
        }
      }
    }
  });
});

/** Values of events as text. */
const printable = (value: unknown): unknown => {
  if (value instanceof Map) return [...value];
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "bigint" ? `${value}` : value;
};
