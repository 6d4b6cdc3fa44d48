import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientTlsOf } from "../../src/cli/client_tls.ts";
import { runtime } from "../../src/runtime/current.ts";
import type { Verification } from "../../src/runtime/client_tls.ts";
import { configOf } from "../config/read_conf.ts";

const verificationOf = (...lines: string[]): Verification | undefined => {
  const { authLdap } = configOf(lines.map((line) => `auth_ldap.ssl_options.${line}`).join("\n"));
  return clientTlsOf(authLdap!.ssl_options as object as Record<string, string>, "auth_ldap.ssl_options", runtime)
    .verifies;
};

describe("hostname_verification", () => {
  it("none demands the very name of the server in its certificate, as in RabbitMQ", () => {
    assert.equal(verificationOf("hostname_verification = none"), "certificate and exact host");
    assert.equal(verificationOf("hostname_verification = wildcard"), undefined);
    assert.equal(verificationOf("hostname_verification = none", "verify = verify_peer"), "certificate and exact host");
  });

  it("says nothing about servers that are not verified", () => {
    assert.equal(verificationOf("hostname_verification = none", "verify = verify_none"), "nothing");
  });
});
