import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { AccessControl } from "../../../src/access/access_control.ts";
import type { Fetch } from "../../../src/access/bounded_fetch.ts";
import { OAuth2Backend, type OAuth2BackendOptions } from "../../../src/access/oauth2/oauth2_backend.ts";
import { settled } from "../../fake_clock.ts";
import { ManualClock } from "../manual_clock.ts";

const peer = { isLoopback: true };
const context = { peer };
const noFetch: Fetch = () => Promise.reject(new Error("nothing is to be fetched"));

interface Keys {
  readonly privateKey: CryptoKey;
  readonly pem: string;
  readonly jwk: JWK;
}

async function makeKeys(algorithm: string, kid: string): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { privateKey, pem: await exportSPKI(publicKey), jwk: { ...await exportJWK(publicKey), kid, alg: algorithm } };
}

let keys: Keys;
let others: Keys;
before(async () => {
  keys = await makeKeys("RS256", "one");
  others = await makeKeys("ES256", "two");
});

const clock = () => new ManualClock();
const now = 1_700_000_000;

const sign = (claims: JWTPayload, { kid = "one", key = keys.privateKey, alg = "RS256" } = {}): Promise<string> =>
  new SignJWT({ aud: "rabbitmq", exp: now + 60, sub: "carrot", scope: "rabbitmq.read:*/*", ...claims })
    .setProtectedHeader({ alg, kid }).sign(key);

const backendWith = (options: Partial<OAuth2BackendOptions> = {}, time = clock()) =>
  new OAuth2Backend(
    { resource_server_id: "rabbitmq", signing_keys: { one: keys.pem }, ...options },
    noFetch,
    time,
  );

async function logIn(backend: OAuth2Backend, password: string | undefined) {
  const result = await backend.authenticate({ username: "ignored", password, peer });
  return "refused" in result ? result.refused : result;
}

async function refusalOf(backend: OAuth2Backend, token: string | undefined): Promise<string> {
  const result = await logIn(backend, token);
  assert.equal(typeof result, "string", "the login is refused");
  assert.match(result as string, /^Authentication using an OAuth 2\/JWT token failed: /);
  if (token !== undefined && token.length > 20) assert.ok(!(result as string).includes(token.slice(0, 20)));
  return result as string;
}

describe("the OAuth 2 backend", () => {
  it("takes a signed token as a password, and its claims as name, tags and permissions", async () => {
    const backend = backendWith();
    const token = await sign({ scope: "rabbitmq.read:prod/orders* rabbitmq.tag:monitoring other.write:*/*" });
    const user = await logIn(backend, token);
    assert.ok(typeof user !== "string");
    assert.deepEqual([user.name, user.tags, user.expiresAtMs], ["carrot", ["monitoring"], (now + 60) * 1000]);
    assert.deepEqual([backend.mayOpen(user, "prod"), backend.mayOpen(user, "test")], [true, false]);
    const orders = { vhost: "prod", kind: "queue", name: "orders-1" } as const;
    assert.deepEqual([backend.may(user, "read", orders), backend.may(user, "write", orders)], [true, false]);
    assert.equal(backend.mayUseTopic(user, "read", { vhost: "prod", exchange: "orders", routingKey: "k" }), false);
  });

  it("takes the name from the configured claims", async () => {
    const backend = backendWith({ preferred_username_claims: ["user_name", "email"] });
    const user = await logIn(backend, await sign({ email: "carrot@example.org" }));
    assert.ok(typeof user !== "string" && user.name === "carrot@example.org");
  });

  it("verifies by a JWK, a symmetric one too", async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const jwk = { kty: "oct", k: secret.toBase64({ alphabet: "base64url", omitPadding: true }), kid: "shared" };
    const backend = backendWith({ signing_keys: { one: JSON.stringify(keys.jwk), shared: JSON.stringify(jwk) } });
    assert.ok(typeof await logIn(backend, await sign({})) !== "string");
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    assert.ok(
      typeof await logIn(backend, await sign({}, { kid: "shared", key: key as CryptoKey, alg: "HS256" })) !== "string",
    );
  });

  it("uses the default key for a token that names none", async () => {
    const token = await new SignJWT({ aud: "rabbitmq", exp: now + 60 }).setProtectedHeader({ alg: "RS256" })
      .sign(keys.privateKey);
    assert.match(await refusalOf(backendWith(), token), /there is no signing key ''$/);
    assert.ok(typeof await logIn(backendWith({ default_key: "one" }), token) !== "string");
  });
});

describe("a token is refused", () => {
  it("when it is not a token", async () => {
    for (const token of [undefined, "", "crunch", "a.b.c", "..", "e30.e30.", "\0"]) {
      await refusalOf(backendWith(), token);
    }
  });

  it("when it has expired, is not yet valid, or never expires", async () => {
    assert.match(await refusalOf(backendWith(), await sign({ exp: now })), /"exp" claim timestamp check failed/);
    assert.match(await refusalOf(backendWith(), await sign({ nbf: now + 10 })), /"nbf" claim timestamp check failed/);
    assert.match(await refusalOf(backendWith(), await sign({ exp: undefined })), /it has no exp claim/);
    const lasting = await logIn(backendWith({ require_exp: false }), await sign({ exp: undefined }));
    assert.ok(typeof lasting !== "string" && lasting.expiresAtMs === undefined);
    assert.ok(typeof await logIn(backendWith(), await sign({ nbf: now })) !== "string");
  });

  it("when its audience is somebody else, or nobody", async () => {
    for (const aud of ["other", ["other"], undefined]) {
      const token = await sign({ aud });
      assert.match(await refusalOf(backendWith(), token), /not meant for resource server 'rabbitmq'/);
      assert.ok(typeof await logIn(backendWith({ verify_aud: false }), token) !== "string");
    }
  });

  it("when its algorithm is none, or not configured", async () => {
    const none = (header: object) => `${encode(header)}.${encode({ aud: "rabbitmq", exp: now + 60 })}.`;
    for (const alg of ["none", "None", "", undefined]) await refusalOf(backendWith(), none({ alg, kid: "one" }));
    assert.match(await refusalOf(backendWith({ algorithms: ["ES256"] }), await sign({})), /'RS256' is not allowed/);
    assert.throws(() => backendWith({ algorithms: ["none"] }), RangeError);
  });

  it("when it is forged: changed, signed by another key, or by the public key as a secret", async () => {
    const backend = backendWith({ signing_keys: { one: keys.pem, two: others.pem } });
    const [header, , signature] = (await sign({})).split(".");
    const more = encode({ aud: "rabbitmq", exp: now + 60, sub: "carrot", scope: "rabbitmq.tag:administrator" });
    assert.match(await refusalOf(backend, `${header}.${more}.${signature}`), /signature verification failed/);
    await refusalOf(backend, await sign({}, { kid: "one", key: others.privateKey, alg: "ES256" }));
    await refusalOf(backend, await sign({}, { kid: "two" }));
    const secret = new TextEncoder().encode(keys.pem);
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const confused = await sign({}, { key: key as CryptoKey, alg: "HS256" });
    assert.match(await refusalOf(backend, confused), /signing key 'one' is none for algorithm HS256/);
    const byJwk = backendWith({ signing_keys: { one: JSON.stringify(keys.jwk) } });
    await refusalOf(byJwk, confused);
    for (const kid of ["three", "toString", "__proto__", "../one"]) await refusalOf(backend, await sign({}, { kid }));
  });

  it("when it has more scopes than RabbitMQ allows", async () => {
    const scope = Array.from({ length: 2049 }, (_, i) => `rabbitmq.read:*/q${i}`);
    assert.match(await refusalOf(backendWith(), await sign({ scope })), /too many scopes/);
  });
});

const encode = (json: unknown): string =>
  new TextEncoder().encode(JSON.stringify(json)).toBase64({ alphabet: "base64url", omitPadding: true });

describe("a broker with several names", () => {
  const backend = () =>
    new OAuth2Backend(
      {
        resource_server_id: "rabbitmq",
        signing_keys: { one: keys.pem },
        preferred_username_claims: ["sub"],
        resource_servers: {
          prod: { scope_prefix: "p:", oauth_provider_id: "other", preferred_username_claims: ["email"] },
          test: { id: "urn:test", verify_aud: false },
        },
        oauth_providers: { other: { signing_keys: { two: others.pem }, algorithms: ["ES256"] } },
      },
      noFetch,
      clock(),
    );
  const byOther = () => ({ kid: "two", key: others.privateKey, alg: "ES256" });

  it("takes a token with the options of its audience", async () => {
    const claims = { email: "carrot@example.org", scope: "rabbitmq.tag:a p:tag:b urn:test.tag:c" };
    const users = await Promise.all([
      logIn(backend(), await sign({ ...claims, aud: "rabbitmq" })),
      logIn(backend(), await sign({ ...claims, aud: ["prod", "else"] }, byOther())),
      logIn(backend(), await sign({ ...claims, aud: "urn:test" })),
      logIn(backend(), await sign({ ...claims, aud: "unknown" })),
    ]);
    const facts = users.map((user) => typeof user === "string" ? user : `${user.name} ${user.tags}`);
    assert.deepEqual(facts, ["carrot a", "carrot@example.org b", "carrot c", "carrot c"]);
  });

  it("refuses a token for several of them, or signed for one and meant for another", async () => {
    assert.match(
      await refusalOf(backend(), await sign({ aud: ["rabbitmq", "prod"] })),
      /names several resource servers/,
    );
    await refusalOf(backend(), await sign({ aud: "prod" }));
    await refusalOf(backend(), await sign({ aud: "rabbitmq" }, byOther()));
  });

  it("must have at least one name, and known providers", () => {
    const make = (options: OAuth2BackendOptions) => () => new OAuth2Backend(options, noFetch, clock());
    assert.throws(make({}), /resource_server_id is not set/);
    assert.throws(make({ resource_server_id: "a", default_oauth_provider: "x" }), /no auth_oauth2.oauth_providers.x/);
    assert.throws(make({ resource_servers: { a: { oauth_provider_id: "x" } } }), RangeError);
    make({ resource_servers: { a: {} } })();
  });
});

describe("a token that expires", () => {
  it("permits nothing after that, until it is renewed for the same user", async () => {
    const time = clock();
    const access = new AccessControl({ auth_backends: [backendWith({}, time)] }, time);
    const user = await access.login({ username: "", password: await sign({ scope: "rabbitmq.tag:monitoring" }), peer });
    assert.ok("name" in user && user.expiresAtMs === (now + 60) * 1000);
    const next = await sign({ exp: now + 120, scope: "rabbitmq.read:*/*" });
    const renewed = await access.updateSecret(user, next, context);
    assert.ok("name" in renewed);
    assert.deepEqual([renewed.tags, renewed.expiresAtMs], [[], (now + 120) * 1000]);
    time.advance(119_999);
    assert.equal(access.mayOpen(renewed, "/", context), true);
    time.advance(1);
    assert.equal(access.mayOpen(renewed, "/", context), false);
    assert.ok("refused" in await access.updateSecret(renewed, next, context));
  });

  it("is not renewed by one of another user, a forged one, or a password", async () => {
    const access = new AccessControl({ auth_backends: [backendWith()] }, clock());
    const user = await access.login({ username: "", password: await sign({}), peer });
    assert.ok("name" in user);
    const other = await access.updateSecret(user, await sign({ sub: "beet" }), context);
    assert.deepEqual(other, { refused: "Not allowed to change username on refreshed token" });
    for (const secret of ["crunch", await sign({}, { key: others.privateKey, alg: "ES256" })]) {
      assert.ok("refused" in await access.updateSecret(user, secret, context));
    }
  });
});

describe("keys that are fetched", () => {
  const JWKS = "https://issuer.example.org/keys";
  const json = (value: unknown) => new Response(JSON.stringify(value));

  /** Makes a backend whose server has these answers by address, with the number of its requests. */
  function fetching(
    answers: Record<string, () => Response | Promise<Response>>,
    options: Partial<OAuth2BackendOptions>,
  ) {
    const asked: string[] = [];
    const lines: string[] = [];
    const time = clock();
    const fetch: Fetch = async (url) => {
      asked.push(url);
      if (!Object.hasOwn(answers, url)) return new Response("", { status: 404 });
      return await answers[url]();
    };
    const log = (_level: string, line: string) => lines.push(line);
    return {
      backend: new OAuth2Backend({ resource_server_id: "rabbitmq", ...options }, fetch, time, log),
      asked,
      lines,
      time,
    };
  }

  it("come from a JSON Web Key Set, once for many logins", async () => {
    const { backend, asked } = fetching({ [JWKS]: () => json({ keys: [others.jwk, keys.jwk] }) }, { jwks_uri: JWKS });
    const token = await sign({});
    const logins = await Promise.all(Array.from({ length: 50 }, () => logIn(backend, token)));
    assert.ok(logins.every((user) => typeof user !== "string"));
    assert.deepEqual(asked, [JWKS]);
  });

  it("come from the address that the issuer publishes", async () => {
    const { backend, asked } = fetching({
      "https://issuer.example.org/.well-known/openid-configuration": () => json({ jwks_uri: JWKS }),
      [JWKS]: () => json({ keys: [keys.jwk] }),
    }, { issuer: "https://issuer.example.org/" });
    assert.ok(typeof await logIn(backend, await sign({})) !== "string");
    assert.equal(asked.length, 2);
    const custom = fetching({
      "https://issuer.example.org/a/b?p=1": () => json({ jwks_uri: JWKS }),
      [JWKS]: () => json({ keys: [keys.jwk] }),
    }, {
      issuer: "https://issuer.example.org",
      discovery_endpoint_path: "/a/b",
      discovery_endpoint_params: { p: "1" },
    });
    assert.ok(typeof await logIn(custom.backend, await sign({})) !== "string");
  });

  it("are fetched again for an unknown id, but not more often than every ten seconds", async () => {
    let all = [keys.jwk];
    const { backend, asked, time } = fetching({ [JWKS]: () => json({ keys: all }) }, { jwks_uri: JWKS });
    assert.ok(typeof await logIn(backend, await sign({})) !== "string");
    all = [keys.jwk, others.jwk];
    const token = await sign({}, { kid: "two", key: others.privateKey, alg: "ES256" });
    for (let i = 0; i < 100; i++) await refusalOf(backend, await sign({}, { kid: `made up ${i}` }));
    assert.match(await refusalOf(backend, token), /there is no signing key 'two'/);
    assert.equal(asked.length, 1);
    time.advance(10_000);
    assert.ok(typeof await logIn(backend, token) !== "string");
    assert.ok(typeof await logIn(backend, await sign({})) !== "string");
    assert.equal(asked.length, 2);
  });

  it("stay no longer than an hour when they are withdrawn", async () => {
    let all = [keys.jwk];
    const { backend, time } = fetching({ [JWKS]: () => json({ keys: all }) }, { jwks_uri: JWKS });
    assert.ok(typeof await logIn(backend, await sign({})) !== "string");
    all = [others.jwk];
    time.advance(3_600_000);
    await refusalOf(backend, await sign({ exp: now + 7200 }));
  });

  it("of a server that hangs are given up, and tokens with known keys are accepted", async () => {
    const hanging = () => new Promise<Response>(() => {});
    const options = { jwks_uri: JWKS, signing_keys: { one: keys.pem } };
    const { backend, asked, lines, time } = fetching({ [JWKS]: hanging }, options);
    const stuck = refusalOf(backend, await sign({}, { kid: "two", key: others.privateKey, alg: "ES256" }));
    await settled();
    assert.ok(typeof await logIn(backend, await sign({})) !== "string");
    time.advance(5000);
    assert.match(await stuck, /there is no signing key 'two'/);
    assert.deepEqual(lines, [`failed to download signing keys: no answer from ${JWKS} within 5000 ms`]);
    await refusalOf(backend, await sign({}, { kid: "three" }));
    assert.equal(asked.length, 1);
  });

  it("of a server with a wrong or endless answer are ignored", async () => {
    let sent = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 65536;
            controller.enqueue(new Uint8Array(65536).fill(32));
          },
        }),
      );
    const answers: readonly (readonly [() => Response, RegExp])[] = [
      [endless, /is longer than 1048576 bytes/],
      [() => new Response("<html>"), /is no JSON/],
      [() => json(null), /is no JSON object/],
      [() => json({ keys: [] }), /has no keys/],
      [() => json({ keys: "all" }), /has no keys/],
      [() => json({ keys: Array(1001).fill(keys.jwk) }), /more than 1000 keys/],
      [() => new Response(JSON.stringify({ keys: [keys.jwk] }), { status: 500 }), /status 500/],
      [() => {
        throw new TypeError("refused");
      }, /request to .* failed \(TypeError\)/],
    ];
    for (const [answer, reason] of answers) {
      const { backend, lines } = fetching({ [JWKS]: answer }, { jwks_uri: JWKS });
      await refusalOf(backend, await sign({}));
      assert.match(lines.join(), reason);
    }
    assert.ok(sent < 4 * 1024 * 1024);
    for (const odd of [null, 7, {}, { kty: 7 }, { kty: "oct" }, { kty: "RSA", kid: "one" }, { kty: "RSA", kid: {} }]) {
      const { backend } = fetching({ [JWKS]: () => json({ keys: [odd] }) }, { jwks_uri: JWKS });
      await refusalOf(backend, await sign({}));
    }
  });

  it("are not fetched from an insecure address that an issuer publishes", async () => {
    for (const jwks_uri of ["http://issuer.example.org/keys", "file:///etc/passwd", "data:,{}", "keys", 7, undefined]) {
      const { backend, asked, lines } = fetching(
        { "https://i.example.org/.well-known/openid-configuration": () => json({ jwks_uri }) },
        { issuer: "https://i.example.org" },
      );
      await refusalOf(backend, await sign({}));
      assert.equal(asked.length, 1);
      assert.match(lines.join(), /has no jwks_uri that can be used/);
    }
  });
});
