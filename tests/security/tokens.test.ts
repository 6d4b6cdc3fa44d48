import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { ConfiguredBroker } from "./configured_broker.ts";
import { HANGS, says, STOPS, WebServer } from "./web_server.ts";

const REFUSED = [
  403,
  "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.",
  0,
  0,
];
const now = () => Math.floor(Date.now() / 1000);
const encode = (json: unknown): string =>
  new TextEncoder().encode(JSON.stringify(json)).toBase64({ alphabet: "base64url", omitPadding: true });

let privateKey: CryptoKey;
let pem: string;
let jwk: object;
before(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  privateKey = pair.privateKey;
  pem = await exportSPKI(pair.publicKey);
  jwk = { ...await exportJWK(pair.publicKey), kid: "one" };
});

const sign = (
  claims: JWTPayload = {},
  { kid = "one", key = privateKey as CryptoKey | Uint8Array, alg = "RS256" } = {},
): Promise<string> =>
  new SignJWT({
    aud: "rabbitmq",
    exp: now() + 600,
    sub: "carrot",
    scope: "rabbitmq.*:*/* rabbitmq.read:*/*",
    ...claims,
  })
    .setProtectedHeader({ alg, kid }).sign(key);

describe("a token as a password", () => {
  let broker: ConfiguredBroker;
  before(async () => {
    const lines = [
      "auth_backends.1 = oauth2",
      "auth_backends.2 = internal",
      "auth_oauth2.resource_server_id = rabbitmq",
      "auth_oauth2.signing_keys.one = FOLDER/key.pem",
      "frame_max = 4194304",
      "initial_frame_max = 32kB",
    ];
    broker = await ConfiguredBroker.start(lines, { "key.pem": pem });
  });
  after(() => broker.close());

  const forged = async () => {
    const [header, , signature] = (await sign()).split(".");
    return `${header}.${
      encode({ aud: "rabbitmq", exp: now() + 600, scope: "rabbitmq.tag:administrator" })
    }.${signature}`;
  };
  const stranger = async () => (await generateKeyPair("RS256")).privateKey;
  const unsigned = (alg: unknown) =>
    `${encode({ alg, kid: "one" })}.${encode({ aud: "rabbitmq", exp: now() + 600, sub: "carrot" })}.`;

  const BAD: Readonly<Record<string, readonly [token: () => string | Promise<string>, reason: RegExp]>> = {
    "has expired": [() => sign({ exp: now() - 1 }), /"exp" claim timestamp check failed/],
    "expires at no time that is one": [
      () => sign({ exp: "tomorrow" as unknown as number }),
      /"exp" claim must be a number/,
    ],
    "never expires": [() => sign({ exp: undefined }), /it has no exp claim/],
    "is good only later": [() => sign({ nbf: now() + 600 }), /"nbf" claim timestamp check failed/],
    "is meant for others": [() => sign({ aud: "other" }), /it is not meant for resource server 'rabbitmq'/],
    "is meant for nobody": [() => sign({ aud: undefined }), /it is not meant for resource server 'rabbitmq'/],
    "is changed": [forged, /signature verification failed/],
    "is signed by another key": [async () => sign({}, { key: await stranger() }), /signature verification failed/],
    "is signed by an issuer whose keys are not known": [
      async () => sign({ iss: "https://other.example.org" }, { key: await stranger(), kid: "theirs" }),
      /there is no signing key 'theirs'/,
    ],
    "is signed by the public key as a secret": [
      () => sign({}, { key: new TextEncoder().encode(pem), alg: "HS256" }),
      /signing key 'one' is none for algorithm HS256/,
    ],
    "is not signed": [() => unsigned("none"), /its algorithm 'none' is not allowed/],
    "is not signed, in other letters": [() => unsigned("nOnE"), /its algorithm 'nOnE' is not allowed/],
    "is signed by an algorithm that is no text": [() => unsigned(["none"]), /token failed/],
    "is none": [() => "a.b.c", /provided token is invalid/],
    "is line breaks": [
      () => "\r\n2026-11-28 00:00:00.000000+00:00 [info] <0.1.0> user 'guest' authenticated\r\n",
      /provided token is invalid/,
    ],
  };
  it("is refused when it is invalid in any way, and others are served", async () => {
    const secrets: string[] = [];
    await broker.servesWhile(() =>
      Promise.all(
        Object.entries(BAD).map(async ([what, [makeToken, reason]]) => {
          const password = await makeToken();
          secrets.push(...password.split(".").filter((part) => /^[\w-]{20,}$/.test(part)));
          assert.deepEqual(await broker.refusal({ user: what, password }), REFUSED, what);
          await broker.haremq.line(new RegExp(`oauth2 refused a login of user '${what}': .*${reason.source}`));
          await broker.haremq.line(new RegExp(`PLAIN login refused: user '${what}' - invalid credentials`));
        }),
      )
    );
    for (const secret of secrets) assert.ok(!broker.haremq.stdout.includes(secret), secret);
  });

  it("of up to initial_frame_max is accepted", async () => {
    const scope = Array.from({ length: 400 }, (_, at) => `rabbitmq.read:%2F/queue-${at}-${"x".repeat(20)}`).join(" ");
    const password = await sign({ scope });
    assert.ok(password.length > 8192 && password.length < 32_000);
    await using client = await broker.open({ user: "", password });
    await client.request(1, "basic.qos", { prefetchCount: 1 });
  });

  it("of 1 MB is too long a frame, and others are served", async () => {
    const password = `${await sign()}${"x".repeat(1_000_000)}`;
    const answer = await broker.servesWhile(() => broker.refusal({ password }));
    assert.match(String(answer), /^501,FRAME_ERROR - /);
  });

  it("of 1 MB does not renew another one, which closes the connection, and others are served", async () => {
    const client = await broker.open({ user: "", password: await sign() });
    const newSecret = new TextEncoder().encode(`${await sign()}${"x".repeat(1_000_000)}`);
    const closed = await broker.servesWhile(() => {
      client.send(0, "connection.update-secret", { newSecret });
      return client.receiveClose(0);
    });
    assert.deepEqual(closed.slice(0, 2), [530, "NOT_ALLOWED - New secret was refused by one of the backends"]);
    await client[Symbol.asyncDispose]();
  });

  it("closes its connection when it expires, unless another one has renewed it", async () => {
    const scope = "rabbitmq.configure:%2F/first* rabbitmq.read:%2F/*";
    const password = await sign({ exp: now() + 4, scope });
    await using renewed = await broker.open({ user: "", password });
    await using expiring = await broker.open({ user: "", password });
    await renewed.request(1, "queue.declare", { queue: "first", exclusive: true });
    const other = await sign({ scope: "rabbitmq.configure:%2F/second* rabbitmq.read:%2F/*" });
    await renewed.request(0, "connection.update-secret", { newSecret: new TextEncoder().encode(other), reason: "" });
    const closed = await broker.servesWhile(() => expiring.receiveClose(0));
    assert.deepEqual(closed.slice(0, 2), [320, "CONNECTION_FORCED - credential expired"]);
    await renewed.request(1, "queue.declare", { queue: "second", exclusive: true });
    renewed.send(1, "queue.declare", { queue: "first-again" });
    assert.equal((await renewed.receiveClose(1))[0], 403);
  });

  it("has the permissions of its scopes, for as long as it is valid", async () => {
    for (const exp of [now() + 600, 253_402_300_799, 1e300]) {
      const scope = "rabbitmq.configure:%2F/mine* rabbitmq.write:%2F/mine* rabbitmq.read:%2F/mine*";
      await using client = await broker.open({ user: "", password: await sign({ exp, scope }) });
      await client.request(1, "queue.declare", { queue: "mine", exclusive: true });
      client.send(1, "queue.declare", { queue: "theirs" });
      assert.equal(
        (await client.receiveClose(1))[1],
        "ACCESS_REFUSED - configure access to queue 'theirs' in vhost '/' refused for user 'carrot'",
      );
    }
  });
});

describe("a key server", () => {
  const server = new WebServer({
    "/good": (response) => says(200, JSON.stringify({ keys: [jwk] }))(response, response.req),
    "/hangs": HANGS,
    "/stops": STOPS,
    "/gigabyte": (response, request) => server.sendsGigabyte(response, request),
    "/html": says(200, "<html>Sign in</html>", { "content-type": "text/html" }),
    "/list": says(200, "[]"),
    "/nothing": says(200, "null"),
    "/empty": says(200, ""),
    "/text": says(200, JSON.stringify({ keys: "all of them" })),
    "/none": says(200, JSON.stringify({ keys: [] })),
    "/odd": says(
      200,
      JSON.stringify({ keys: [null, 7, {}, { kty: "RSA", kid: "one" }, { kty: "oct", kid: "one", k: 7 }] }),
    ),
    "/many": (response) =>
      says(200, JSON.stringify({ keys: Array(2000).fill({ kty: "oct", kid: "x", k: "eA" }) }))(response, response.req),
    "/deep": says(200, "[".repeat(500_000)),
    "/error": says(500, "{}"),
    "/elsewhere": says(302, "", { location: "/good" }),
    "/file": says(302, "", { location: "file:///etc/passwd" }),
  });
  let broker: ConfiguredBroker;
  const paths = [
    ...["hangs", "stops", "gigabyte", "html", "list", "nothing", "empty", "text", "none", "odd", "many", "deep"],
    ...["error", "elsewhere", "file", "missing"],
  ];
  before(async () => {
    const address = await server.start();
    const lines = ["auth_backends.1 = oauth2", "auth_backends.2 = internal"];
    for (const name of ["good", ...paths]) {
      lines.push(`auth_oauth2.resource_servers.${name}.oauth_provider_id = ${name}`);
      lines.push(`auth_oauth2.oauth_providers.${name}.jwks_uri = ${address}/${name}`);
    }
    lines.push("auth_oauth2.resource_servers.down.oauth_provider_id = down");
    lines.push("auth_oauth2.oauth_providers.down.jwks_uri = http://127.0.0.1:1/keys");
    broker = await ConfiguredBroker.start(lines);
  });
  after(async () => {
    await broker.close();
    server.close();
  });

  it("that hangs, lies, is down or sends a gigabyte causes refusals of its own tokens, and delays no others", async () => {
    const before = broker.haremq.residentBytes();
    await broker.servesWhile(async () => {
      const logins = [...paths, "down"].map(async (aud) => {
        const refusal = await broker.refusal({ user: aud, password: await sign({ aud }) });
        assert.deepEqual(refusal, REFUSED, aud);
      });
      // Meanwhile the tokens of another provider are accepted.
      await using client = await broker.open({
        user: "",
        password: await sign({ aud: "good", scope: "good.read:*/*" }),
      });
      await client.request(1, "channel.close", { replyCode: 200, replyText: "" });
      await Promise.all(logins);
    });
    assert.ok(server.sentBytes < 64 * 1024 * 1024, `${server.sentBytes} bytes were sent`);
    const grown = broker.haremq.residentBytes() - before;
    assert.ok(grown < 256 * 1024 * 1024, `the process has grown by ${grown} bytes`);
    for (const path of paths) assert.equal(server.asked.filter((asked) => asked === `/${path}`).length, 1, path);
    const { stdout } = broker.haremq;
    for (
      const reason of [
        "within 5000 ms",
        "is longer than 1048576 bytes",
        "is no JSON",
        "more than 1000 keys",
        "status 500",
      ]
    ) {
      assert.ok(stdout.includes(reason), reason);
    }
  });
});
