import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configuredOAuthLogin } from "../../src/cli/oauth_login.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { configOf, readText } from "./read_conf.ts";

const runtime = {
  readTextFile(path: string): string {
    throw new Error(`${path} can't be read`);
  },
  decryptKey: (key: string) => key,
  checkClientTls: () => {},
  fetcher: () => () => Promise.reject(new Error("nothing is to be fetched")),
};

describe("the keys for logins to the page by OAuth 2", () => {
  it("are options of the same names, with those of the backend beside them", () => {
    const text = "auth_oauth2.resource_server_id = rabbit\nauth_oauth2.end_session_endpoint = https://a.example/end\n" +
      "management.oauth_enabled = true\nmanagement.oauth_disable_basic_auth = false\nmanagement.path_prefix = /x\n" +
      "management.oauth_client_id = page\nmanagement.oauth_client_secret = s\nmanagement.oauth_scopes = openid\n" +
      "management.oauth_authorization_endpoint_params.resource = r\n" +
      "management.oauth_resource_servers.1.id = rabbit\nmanagement.oauth_resource_servers.1.label = Rabbit\n" +
      "management.oauth_resource_servers.1.oauth_token_endpoint_params.audience = a\n" +
      "management.oauth_resource_servers.1.oauth_initiated_logon_type = idp_initiated\n";
    assert.deepEqual(configuredOAuthLogin(configOf(text), runtime), {
      oauth_disable_basic_auth: false,
      oauth_client_id: "page",
      oauth_client_secret: "s",
      oauth_scopes: "openid",
      oauth_authorization_endpoint_params: { resource: "r" },
      oauth_resource_servers: {
        1: {
          id: "rabbit",
          label: "Rabbit",
          oauth_token_endpoint_params: { audience: "a" },
          oauth_initiated_logon_type: "idp_initiated",
        },
      },
      auth_oauth2: { resource_server_id: "rabbit", end_session_endpoint: "https://a.example/end" },
    });
  });

  it("have no effect unless they are enabled", () => {
    for (const text of ["", "management.oauth_client_id = page", "management.oauth_enabled = false"]) {
      assert.equal(configuredOAuthLogin(configOf(text), runtime), undefined);
    }
  });

  it("refuse addresses that are none, and files that can't be read", () => {
    for (const key of ["oauth_provider_url", "oauth_metadata_url", "oauth_resource_servers.1.oauth_provider_url"]) {
      for (const address of ["login.example", "javascript:alert(1)", "file:///etc/passwd"]) {
        assert.throws(() => configOf(`management.${key} = ${address}`), /This is an address such as https/, address);
      }
    }
    const config = configOf("management.oauth_enabled = true\nauth_oauth2.https.cacertfile = /none.pem");
    assert.throws(() => configuredOAuthLogin(config, runtime), (error) => {
      return error instanceof ConfigError &&
        /^auth_oauth2\.https\.cacertfile: \/none\.pem can't be read: /.test(error.message);
    });
  });

  it("warn of flows that put tokens into addresses", () => {
    assert.deepEqual(readText("management.oauth_response_type = code").warnings, []);
    assert.deepEqual(readText("management.oauth_response_type = token").warnings, [
      "rabbitmq.conf, line 1: management.oauth_response_type has no effect: HareMQ's page logs in by a code only.",
    ]);
  });
});
