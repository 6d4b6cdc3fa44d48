import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { describe, it } from "node:test";
import { fetchOf } from "../../src/cli/client_tls.ts";
import { ConfigError } from "../../src/config/config.ts";
import { runtime } from "../../src/runtime/current.ts";
import type { ClientTls } from "../../src/runtime/client_tls.ts";
import { configOf } from "../config/read_conf.ts";
import { pathOf, pem } from "../certificates/certificates.ts";

/** Returns what the requests to the servers of `auth_http` use for TLS. */
function tlsOf(password: string): ClientTls | undefined {
  const { authHttp } = configOf(
    `auth_http.ssl_options.certfile = ${pathOf("server.pem")}\n` +
      `auth_http.ssl_options.keyfile = ${pathOf("server_encrypted.key")}\n` +
      `auth_http.ssl_options.password = ${password}\n`,
  );
  let used: ClientTls | undefined;
  const { readTextFile, decryptKey, checkClientTls } = runtime;
  const fetcher = (tls: ClientTls) => {
    used = tls;
    return fetch;
  };
  fetchOf(authHttp!.ssl_options, "auth_http.ssl_options", { readTextFile, decryptKey, checkClientTls, fetcher });
  return used;
}

describe("auth_http.ssl_options.password", () => {
  it("opens the key that requests use", () => {
    const { key, cert } = tlsOf("bunny")!;
    assert.doesNotMatch(key!, /ENCRYPTED/);
    assert.ok(createPrivateKey(key!).equals(createPrivateKey(pem("server.key"))));
    assert.equal(cert, pem("server.pem"));
  });

  it("stops the start when it is wrong, and is not shown", () => {
    assert.throws(() => tlsOf("hare-secret"), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(
        error.message,
        /server_encrypted\.key can't be read with the password in auth_http\.ssl_options\.password\.$/,
      );
      assert.doesNotMatch(error.message, /hare-secret/);
      return true;
    });
  });
});
