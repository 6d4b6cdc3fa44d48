import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OAuth2BackendOptions } from "../../../src/access/oauth2/oauth2_backend.ts";
import type { OAuthLoginOptions } from "../../../src/http/oauth/oauth_options.ts";
import { oauthSettings } from "../../../src/http/oauth/oauth_settings.ts";

const ISSUER = "https://issuer.example";
const METADATA = `${ISSUER}/.well-known/openid-configuration`;
const RABBIT: OAuth2BackendOptions = { resource_server_id: "rabbit", issuer: ISSUER };
const TWO_PROVIDERS: OAuth2BackendOptions = {
  resource_server_id: "rabbit",
  resource_servers: { a: { oauth_provider_id: "two" }, b: {} },
  default_oauth_provider: "one",
  oauth_providers: {
    one: { issuer: "https://one.example", end_session_endpoint: "https://one.example/end" },
    two: { issuer: "https://two.example/", discovery_endpoint_path: "meta", discovery_endpoint_params: { v: "1" } },
  },
};

const settingsOf = (options: Partial<OAuthLoginOptions>) =>
  oauthSettings({ auth_oauth2: RABBIT, ...options }, () => Promise.reject(new Error("nothing is to be fetched")));

const DISABLED = { oauth_enabled: false };

describe("the settings of logins to the page by OAuth 2, as those of RabbitMQ's page", () => {
  it("are off when nothing is configured", () => {
    const { answer, clients, problems } = oauthSettings(undefined, fetch);
    assert.deepEqual([answer, clients.size, problems], [DISABLED, 0, []]);
  });

  it("name the resource server, its provider and its metadata", () => {
    const { answer, problems } = settingsOf({ oauth_client_id: "page", oauth_scopes: "openid rabbit.*" });
    assert.deepEqual(answer, {
      oauth_enabled: true,
      oauth_resource_servers: { rabbit: { id: "rabbit", oauth_provider_url: ISSUER, oauth_metadata_url: METADATA } },
      oauth_disable_basic_auth: true,
      oauth_client_id: "page",
      oauth_scopes: "openid rabbit.*",
    });
    assert.deepEqual(problems, []);
  });

  it("offer names and passwords too, where that is configured", () => {
    const { answer } = settingsOf({ oauth_client_id: "page", oauth_disable_basic_auth: false });
    assert.equal(answer.oauth_disable_basic_auth, false);
  });

  it("prefer the page's options to the backend's, and those of a resource server to both", () => {
    const oauth_client_id = "page";
    const ofAll = settingsOf({ oauth_client_id, oauth_provider_url: "https://all.example" }).answer;
    assert.deepEqual(ofAll.oauth_resource_servers!.rabbit, {
      id: "rabbit",
      oauth_provider_url: "https://all.example",
      oauth_metadata_url: METADATA,
    });
    const rabbit = { oauth_provider_url: "https://own.example", oauth_metadata_url: "https://own.example/meta" };
    const own = settingsOf({
      oauth_client_id,
      oauth_provider_url: "https://all.example",
      oauth_resource_servers: { rabbit },
    });
    assert.deepEqual(own.answer.oauth_resource_servers!.rabbit, { index: "1", ...rabbit, id: "rabbit" });
    assert.equal(own.clients.get("rabbit")!.metadataAddress, "https://own.example/meta");
  });

  it("find metadata at the usual place of a provider without an issuer", () => {
    const auth_oauth2 = { resource_server_id: "rabbit" };
    const { clients } = settingsOf({ auth_oauth2, oauth_client_id: "page", oauth_provider_url: "https://p.example/" });
    assert.equal(clients.get("rabbit")!.metadataAddress, "https://p.example/.well-known/openid-configuration");
  });

  it("have a resource server's provider, or the default one", () => {
    const { answer } = settingsOf({ auth_oauth2: TWO_PROVIDERS, oauth_client_id: "page" });
    const one = {
      oauth_provider_url: "https://one.example",
      oauth_metadata_url: "https://one.example/.well-known/openid-configuration",
      end_session_endpoint: "https://one.example/end",
    };
    assert.deepEqual(answer.oauth_resource_servers, {
      a: { id: "a", oauth_provider_url: "https://two.example/", oauth_metadata_url: "https://two.example/meta?v=1" },
      b: { id: "b", ...one },
      rabbit: { id: "rabbit", ...one },
    });
  });

  it("leave out what auth_oauth2 does not know, and what is disabled", () => {
    const { answer, problems } = settingsOf({
      auth_oauth2: TWO_PROVIDERS,
      oauth_client_id: "page",
      oauth_resource_servers: { 1: { id: "a", label: "A" }, 2: { id: "c" }, b: { disabled: true } },
    });
    assert.deepEqual(Object.keys(answer.oauth_resource_servers!), ["a", "rabbit"]);
    const { id, label, index } = answer.oauth_resource_servers!.a;
    assert.deepEqual([id, label, index], ["a", "A", "1"]);
    assert.deepEqual(problems, ["resource server 'c' is not one of auth_oauth2.*"]);
  });

  it("are off, and say why, without a resource server, a client or a provider", () => {
    const cases: readonly (readonly [Partial<OAuthLoginOptions>, string])[] = [
      [{ auth_oauth2: { issuer: ISSUER }, oauth_client_id: "page" }, "auth_oauth2.resource_server_id is not set"],
      [{}, "resource server 'rabbit' has no management.oauth_client_id"],
      [{ oauth_client_id: "" }, "resource server 'rabbit' has no management.oauth_client_id"],
      [
        { auth_oauth2: { resource_server_id: "rabbit" }, oauth_client_id: "page" },
        "resource server 'rabbit' has neither management.oauth_provider_url nor auth_oauth2.issuer",
      ],
    ];
    for (const [options, problem] of cases) {
      const { answer, clients, problems } = settingsOf(options);
      assert.deepEqual([answer, clients.size, problems], [DISABLED, 0, [problem]]);
    }
  });

  it("never tell a secret, and say that the broker adds it", () => {
    const secret = "top-secret";
    for (
      const [options, isAdded] of [
        [{ oauth_client_id: "page", oauth_client_secret: secret }, true],
        [{ oauth_client_id: "page", oauth_resource_servers: { rabbit: { oauth_client_secret: secret } } }, true],
        [{ oauth_resource_servers: { rabbit: { oauth_client_id: "x" } }, oauth_client_secret: secret }, true],
        [{ oauth_client_id: "page", oauth_client_secret: "" }, undefined],
      ] as const
    ) {
      const { answer, clients } = settingsOf(options);
      assert.equal(answer.oauth_resource_servers!.rabbit.use_token_endpoint_proxy, isAdded);
      assert.equal(clients.get("rabbit")!.secret, isAdded && secret);
      assert.ok(!JSON.stringify(answer).includes(secret));
    }
  });

  it("need no client where the provider brings people", () => {
    const { answer, clients, isIdpInitiated } = settingsOf({ oauth_initiated_logon_type: "idp_initiated" });
    assert.deepEqual([answer.oauth_enabled, answer.oauth_initiated_logon_type], [true, "idp_initiated"]);
    assert.deepEqual([clients.size, isIdpInitiated], [0, true]);
  });

  it("tell further parameters of requests, those of a resource server in place of those of all", () => {
    const oauth_authorization_endpoint_params = { resource: "all" };
    const oauth_token_endpoint_params = { audience: "rabbit" };
    const { answer, clients } = settingsOf({
      oauth_client_id: "page",
      oauth_authorization_endpoint_params,
      oauth_token_endpoint_params,
      oauth_resource_servers: { rabbit: { oauth_authorization_endpoint_params: { resource: "own" } } },
    });
    assert.deepEqual(answer.oauth_authorization_endpoint_params, { resource: "all" });
    const server = answer.oauth_resource_servers!.rabbit;
    assert.deepEqual(server.oauth_authorization_endpoint_params, { resource: "own" });
    assert.deepEqual(clients.get("rabbit")!.params, { audience: "rabbit" });
  });
});
