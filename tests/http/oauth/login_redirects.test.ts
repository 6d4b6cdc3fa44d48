import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Broker, OAuth2Backend } from "../../../mod.ts";
import { AccessControl } from "../../../src/access/access_control.ts";
import type { OAuthLoginOptions } from "../../../src/http/oauth/oauth_options.ts";
import { HttpClient } from "../http_client.ts";
import { OpenIdProvider } from "./openid_provider.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

describe("the addresses that RabbitMQ's page has for OAuth 2", () => {
  let provider: OpenIdProvider;
  before(async () => {
    provider = await OpenIdProvider.start();
  });
  after(() => provider.close());

  const clientOf = (options: Partial<OAuthLoginOptions> = {}) =>
    new HttpClient(
      new Broker({
        access: ({ clock, log }) =>
          new AccessControl({ auth_backends: [new OAuth2Backend(provider.backend, fetch, clock)] }, clock, log),
        management: {
          pathPrefix: "/rabbit",
          oauth: { oauth_client_id: "page", auth_oauth2: provider.backend, ...options },
        },
      }),
      null,
    );

  const locationOf = async (method: string, path: string, body?: string, headers: HeadersInit = FORM) => {
    const client = clientOf({ oauth_initiated_logon_type: "idp_initiated" });
    const reply = await client.request(method, `/rabbit${path}`, body, body === undefined ? {} : headers);
    assert.equal(reply.status, 302, path);
    assert.equal(reply.headers.get("cache-control"), "no-store");
    return reply.headers.get("location");
  };

  it("lead a provider's answer to the page, where it stands behind # and has nothing else", async () => {
    const callback = "/js/oidc-oauth/login-callback.html";
    assert.equal(
      await locationOf("GET", `${callback}?code=a%2Bb&state=s&session_state=x`),
      "/rabbit/#/login?code=a%2Bb&state=s",
    );
    const refusal = "error=access_denied&error_description=no%26more&state=s&iss=https%3A%2F%2Fi";
    assert.equal(await locationOf("GET", `${callback}?${refusal}`), `/rabbit/#/login?${refusal}`);
    assert.equal(await locationOf("GET", callback), "/rabbit/");
    assert.equal(await locationOf("GET", "/js/oidc-oauth/logout-callback.html?state=x"), "/rabbit/");
  });

  it("lead to the login that a link or a form wants", async () => {
    for (const choice of ["strict_auth_mechanism=oauth2%3Arabbitmq", "preferred_auth_mechanism=basic"]) {
      assert.equal(await locationOf("GET", `/login?${choice}`), `/rabbit/#/login?${choice}`);
      assert.equal(await locationOf("POST", "/login", choice), `/rabbit/#/login?${choice}`);
      const [name, value] = decodeURIComponent(choice).split("=");
      const headers = { ...FORM, [`x-${name}`]: value };
      assert.equal(await locationOf("POST", "/login", "", headers), `/rabbit/#/login?${choice}`);
    }
    assert.equal(await locationOf("GET", "/login?strict_auth_mechanism=kerberos"), "/rabbit/");
    assert.equal(await locationOf("GET", "/login"), "/rabbit/");
  });

  it("lead to the page with a portal's token, if the broker accepts it", async () => {
    const token = await provider.accessToken("mary");
    const right = await locationOf("POST", "/login", `access_token=${token}`);
    assert.equal(right, `/rabbit/#/login?access_token=${token}`);
    for (const wrong of ["abc", await provider.accessToken("nobody")]) {
      assert.equal(await locationOf("POST", "/login", `access_token=${wrong}`), "/rabbit/#/login?refused=token");
    }
  });

  it("refuse a portal's token where logins begin at the page, so that no site logs people in as somebody else", async () => {
    const body = `access_token=${await provider.accessToken("mary")}`;
    const { headers } = await clientOf().request("POST", "/rabbit/login", body, FORM);
    assert.equal(headers.get("location"), "/rabbit/#/login?refused=idp_initiated");
  });

  it("take no tokens in addresses, and nothing but short forms", async () => {
    const client = clientOf({ oauth_initiated_logon_type: "idp_initiated" });
    const inAddress = await client.get("/rabbit/login?access_token=abc");
    assert.deepEqual([inAddress.status, inAddress.headers.get("allow")], [405, "POST"]);
    assert.equal((await client.put("/rabbit/login")).status, 405);
    assert.equal((await client.post("/rabbit/login", {})).status, 415);
    const long = await client.request("POST", "/rabbit/login", `access_token=${"x".repeat(70_000)}`, FORM);
    assert.equal(long.status, 400);
  });
});
