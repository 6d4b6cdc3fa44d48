import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { Broker, OAuth2Backend } from "../../../mod.ts";
import type { Fetch, OAuth2BackendOptions } from "../../../mod.ts";
import { AccessControl } from "../../../src/access/access_control.ts";
import { ManualClock } from "../../access/manual_clock.ts";
import { OAuthProvider, ProviderBusyError, ProviderError } from "../../../src/http/oauth/oauth_provider.ts";
import { HttpClient } from "../http_client.ts";
import { OpenIdProvider } from "./openid_provider.ts";

const SECRET = "top-secret";
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const REDIRECT = "http://localhost:15672/js/oidc-oauth/login-callback.html";
const VERIFIER = "v".repeat(43);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
const ENDPOINT = "/js/oidc-oauth/token-endpoint/rabbitmq";

const brokerOf = (auth_oauth2: OAuth2BackendOptions, log?: (level: string, line: string) => void) =>
  new Broker({
    log,
    management: { oauth: { oauth_client_id: "page", oauth_client_secret: SECRET, auth_oauth2 } },
  });

describe("requests for tokens by the broker", () => {
  let provider: OpenIdProvider;
  let client: HttpClient;
  const lines: string[] = [];

  before(async () => {
    provider = await OpenIdProvider.start(SECRET);
    client = new HttpClient(brokerOf(provider.backend, (_, line) => lines.push(line)), null);
  });
  after(() => provider.close());

  const post = (fields: Record<string, string>, headers: HeadersInit = {}, path = ENDPOINT) =>
    client.request("POST", path, new URLSearchParams(fields).toString(), { ...FORM, ...headers });

  /** Allows a login at the provider, and returns the code. */
  async function code(): Promise<string> {
    const form = { person: "ada", state: "s", redirect_uri: REDIRECT, code_challenge: CHALLENGE };
    const init = { method: "POST", body: new URLSearchParams(form), redirect: "manual" } as const;
    const { headers } = await fetch(`${provider.issuer}/authorize`, init);
    return new URL(headers.get("location")!).searchParams.get("code")!;
  }

  it("begin with the provider's metadata, as far as the page needs them", async () => {
    const { status, json, headers } = await client.get(`${ENDPOINT}/openid-configuration`);
    assert.deepEqual([status, headers.get("cache-control")], [200, "no-store"]);
    assert.deepEqual(json, {
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize?tenant=shop`,
      end_session_endpoint: `${provider.issuer}/end`,
    });
  });

  it("have client and secret added, which a page can't choose", async () => {
    const grant = {
      grant_type: "authorization_code",
      code: await code(),
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    };
    const first = await post({ ...grant, client_id: "other", client_secret: "x" }, {
      origin: "http://localhost:15672",
    });
    assert.equal(first.status, 200);
    assert.equal(first.headers.get("cache-control"), "no-store");
    const { form, origin } = provider.tokenRequests.at(-1)!;
    assert.deepEqual(form, { ...grant, client_id: "page", client_secret: SECRET });
    assert.equal(origin, "http://localhost:15672");
    const renewed = await post({ grant_type: "refresh_token", refresh_token: first.json.refresh_token });
    assert.equal(typeof renewed.json.access_token, "string");
  });

  it("are refused by the provider without the right verifier, and for a second use", async () => {
    const grant = { grant_type: "authorization_code", redirect_uri: REDIRECT, code_verifier: "w".repeat(43) };
    const wrong = await post({ ...grant, code: await code() });
    assert.deepEqual([wrong.status, wrong.json], [400, { error: "invalid_grant" }]);
    const right = { ...grant, code: await code(), code_verifier: VERIFIER };
    assert.equal((await post(right)).status, 200);
    assert.equal((await post(right)).status, 400);
  });

  it("are those of two grants, with all their parameters", async () => {
    const before = provider.tokenRequests.length;
    for (const grant_type of ["password", "client_credentials", "", "constructor"]) {
      const { status, json } = await post({ grant_type, username: "a", password: "b" });
      assert.deepEqual([status, json.error], [400, "unsupported_grant_type"], grant_type);
    }
    const partial = await post({ grant_type: "authorization_code", code: "c", redirect_uri: REDIRECT });
    assert.deepEqual([partial.status, partial.json.error_description], [400, "code_verifier is missing"]);
    assert.equal((await client.request("POST", ENDPOINT, "{}", { "content-type": "application/json" })).status, 415);
    const long = await post({ grant_type: "refresh_token", refresh_token: "x".repeat(70_000) });
    assert.deepEqual([long.status, long.json.reason], [400, "Exceeded HTTP request body size limit"]);
    assert.equal(provider.tokenRequests.length, before);
  });

  it("come from the page itself, for a known resource server", async () => {
    const grant = { grant_type: "refresh_token", refresh_token: "r" };
    assert.equal((await post(grant, { origin: "https://evil.example" })).status, 403);
    assert.equal((await post(grant, {}, "/js/oidc-oauth/token-endpoint/other")).status, 404);
    assert.equal((await client.get("/js/oidc-oauth/token-endpoint/other/openid-configuration")).status, 404);
    const { status, headers } = await client.get(ENDPOINT);
    assert.deepEqual([status, headers.get("allow")], [405, "POST"]);
  });

  it("fail with a line in the log when the provider is down", async () => {
    const other = new HttpClient(
      brokerOf({ resource_server_id: "a/b", issuer: "http://127.0.0.1:1" }, (_, line) => {
        lines.push(line);
      }),
      null,
    );
    const { status, json } = await other.get("/js/oidc-oauth/token-endpoint/a%2Fb/openid-configuration");
    assert.deepEqual([status, json.error], [502, "bad_gateway"]);
    assert.match(lines.at(-1)!, /^Login to the management page at the provider of resource server 'a\/b': request to /);
    assert.ok(lines.every((line) => !line.includes(SECRET)));
  });

  it("give tokens with which a person logs in to the API", async () => {
    const broker = new Broker({
      access: ({ clock }) =>
        new AccessControl({ auth_backends: [new OAuth2Backend(provider.backend, fetch, clock)] }, clock),
    });
    const token = await provider.accessToken("mary");
    const request = new Request("http://localhost/api/whoami", { headers: { authorization: `Bearer ${token}` } });
    const { name, tags } = await (await broker.fetch(request, { isLoopback: true })).json();
    assert.deepEqual([name, tags], ["mary", ["management"]]);
  });
});

describe("a provider", () => {
  const METADATA = { authorization_endpoint: "https://p.example/a", token_endpoint: "https://p.example/t" };
  const providerOf = (fetch: Fetch, clock = new ManualClock()) => {
    const metadataAddress = "https://p.example/meta";
    const client = { id: "r", metadataAddress, clientId: "page", secret: undefined, params: {}, fetch };
    return new OAuthProvider(client, clock);
  };
  const answers = (json: unknown, status = 200): Fetch => () => Promise.resolve(Response.json(json, { status }));

  it("is asked for its metadata once by all that wait, and for tokens again after five minutes", async () => {
    const clock = new ManualClock();
    let count = 0;
    const provider = providerOf((url) => {
      if (url.endsWith("/meta")) count++;
      return Promise.resolve(Response.json(METADATA));
    }, clock);
    await Promise.all([provider.metadata(), provider.metadata()]);
    await provider.exchange({}, null);
    assert.equal(count, 1);
    await provider.metadata();
    assert.equal(count, 2);
    clock.advance(5 * 60_000);
    await provider.exchange({}, null);
    assert.equal(count, 3);
  });

  it("must lead to addresses with TLS, if it has one itself", async () => {
    for (
      const wrong of [
        { ...METADATA, token_endpoint: "http://p.example/t" },
        { ...METADATA, authorization_endpoint: "javascript:alert(1)" },
        { token_endpoint: "https://p.example/t" },
        [],
        "text",
      ]
    ) {
      await assert.rejects(providerOf(answers(wrong)).metadata(), ProviderError, JSON.stringify(wrong));
    }
    const { end_session_endpoint } = await providerOf(answers({ ...METADATA, end_session_endpoint: "file:///x" }))
      .metadata();
    assert.equal(end_session_endpoint, undefined);
  });

  it("that does not answer in time, or is broken, causes an error", async () => {
    const clock = new ManualClock();
    const metadata = providerOf(() => new Promise(() => {}), clock).metadata();
    clock.advance(5000);
    await assert.rejects(metadata, /no answer from https:\/\/p.example\/meta within 5000 ms/);
    await assert.rejects(providerOf(answers({}, 500)).metadata(), /answered with status 500/);
    const broken: Fetch = (url) => Promise.resolve(url.endsWith("/t") ? new Response("no") : Response.json(METADATA));
    await assert.rejects(providerOf(broken).exchange({}, null), /is no JSON object/);
  });

  it("has a limited number of requests for tokens to answer", async () => {
    const clock = new ManualClock();
    const provider = providerOf(
      (url) => url.endsWith("/t") ? new Promise(() => {}) : Promise.resolve(Response.json(METADATA)),
      clock,
    );
    await provider.metadata();
    const waiting = Array.from({ length: 16 }, () => provider.exchange({}, null));
    await assert.rejects(provider.exchange({}, null), ProviderBusyError);
    // All of them have begun to wait by then.
    await new Promise((resolve) => setTimeout(resolve));
    clock.advance(5000);
    for (const { status } of await Promise.allSettled(waiting)) assert.equal(status, "rejected");
    const again = provider.exchange({}, null);
    await new Promise((resolve) => setTimeout(resolve));
    clock.advance(5000);
    await assert.rejects(again, ProviderError);
  });
});
