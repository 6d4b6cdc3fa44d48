import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configOf, readText } from "./read_conf.ts";

describe("the keys for access", () => {
  it("name backends by number, for both questions or for each, by short names and names of modules", () => {
    const text =
      "auth_backends.2 = rabbit_auth_backend_internal\nauth_backends.1.authn = ldap\nauth_backends.1.authz = http";
    assert.deepEqual(configOf(text).authBackends, {
      1: { authn: "ldap", authz: "http" },
      2: { authn: "internal", authz: "internal" },
    });
  });

  it("name those for HTTP in the same way", () => {
    const text =
      "http_dispatch.auth_backends.3 = oauth\nhttp_dispatch.auth_backends.1 = ldap\nhttp_dispatch.auth_backends.2.authn = http\n" +
      "http_dispatch.auth_backends.2.authz = internal\nauth_backends.1 = internal\n";
    const { authBackends, httpAuthBackends } = configOf(text);
    assert.deepEqual(authBackends, { 1: { authn: "internal", authz: "internal" } });
    assert.deepEqual(httpAuthBackends, {
      1: { authn: "ldap", authz: "ldap" },
      2: { authn: "http", authz: "internal" },
      3: { authn: "oauth2", authz: "oauth2" },
    });
    assert.throws(() => configOf("http_dispatch.auth_backends.1 = dummy"), /This is internal, http, cache, oauth2/);
  });

  it("refuse unknown backends and mechanisms, so that no other is used instead", () => {
    const both = "auth_backends.1 = dummy\nauth_mechanisms.1 = GSSAPI";
    assert.throws(() => configOf(both), (error: Error) => {
      assert.match(error.message, /auth_backends\.1: This is internal, http, cache, oauth2 or ldap: received "dummy"/);
      assert.match(error.message, /auth_mechanisms\.1: This is one of PLAIN, AMQPLAIN, .*: received "GSSAPI"/);
      return true;
    });
  });

  it("are options of backends with the same names", () => {
    const text = "auth_http.http_method = post\nauth_http.user_path = http://a/user\nauth_cache.cache_ttl = 500\n" +
      "auth_oauth2.resource_server_id = rabbit\nauth_oauth2.preferred_username_claims.2 = sub\n" +
      "auth_oauth2.preferred_username_claims.10 = name\nauth_oauth2.resource_servers.prod.verify_aud = false\n" +
      "auth_ldap.servers.1 = ldap.example\nauth_ldap.other_bind.user_dn = cn=admin\n";
    const { authHttp, authCache, authOAuth2, authLdap } = configOf(text);
    assert.deepEqual(authHttp, { http_method: "post", user_path: "http://a/user" });
    assert.deepEqual(authCache, { cache_ttl: 500 });
    assert.deepEqual(authOAuth2, {
      resource_server_id: "rabbit",
      preferred_username_claims: { 2: "sub", 10: "name" },
      resource_servers: { prod: { verify_aud: false } },
    });
    assert.deepEqual(authLdap, { servers: { 1: "ldap.example" }, other_bind: { user_dn: "cn=admin" } });
  });

  it("set the syntax of scopes, for all resource servers or one of them", () => {
    const text = "auth_oauth2.scope_pattern_syntax = Regex\n" +
      "auth_oauth2.resource_servers.prod.scope_pattern_syntax = wildcard\n";
    assert.deepEqual(configOf(text).authOAuth2, {
      scope_pattern_syntax: "regex",
      resource_servers: { prod: { scope_pattern_syntax: "wildcard" } },
    });
    assert.throws(() => configOf("auth_oauth2.scope_pattern_syntax = glob"), /This is one of wildcard, regex/);
  });

  it("refuse addresses of keys without TLS", () => {
    for (const key of ["auth_oauth2.jwks_uri", "auth_oauth2.issuer", "auth_oauth2.oauth_providers.p.jwks_uri"]) {
      for (const address of ["http://keys.example.org/", "http://127.example.org/", "file:///keys", "keys"]) {
        assert.throws(() => configOf(`${key} = ${address}`), /This is an address that begins with https:\/\//, address);
      }
      for (const address of ["https://keys.example.org/", "http://localhost:8080/", "http://[::1]:80/"]) {
        configOf(`${key} = ${address}`);
      }
    }
  });

  it("set the TLS of connections to servers", () => {
    const read = (section: string) =>
      readText(
        `${section}.verify = verify_none\n${section}.depth = 2\n${section}.versions.1 = tlsv1.3\n` +
          `${section}.ciphers.1 = TLS_AES_128_GCM_SHA256\n${section}.sni = none\n` +
          `${section}.hostname_verification = none\n`,
      );
    const options = {
      verify: "verify_none",
      depth: 2,
      versions: { 1: "tlsv1.3" },
      ciphers: { 1: "TLS_AES_128_GCM_SHA256" },
      sni: "none",
      hostname_verification: "none",
    };
    const [http, ldap] = ["auth_http.ssl_options", "auth_ldap.ssl_options"].map(read);
    assert.deepEqual(http.config.authHttp, { ssl_options: options });
    assert.deepEqual(ldap.config.authLdap, { ssl_options: options });
    const { config } = readText(
      "auth_oauth2.https.peer_verification = verify_none\nauth_oauth2.oauth_providers.p.https.depth = 1\n",
    );
    assert.deepEqual(config.authOAuth2, {
      https: { peer_verification: "verify_none" },
      oauth_providers: { p: { https: { depth: 1 } } },
    });
    assert.throws(() => configOf("auth_http.ssl_options.versions.1 = tls"), /This is one of tlsv1\.3, tlsv1\.2/);
  });

  it("warn of TLS options that have no effect", () => {
    const reasons = {
      "versions.1 = tlsv1.1": "only TLS 1.2 and 1.3 are safe, and used",
      "crl_check = peer": "HareMQ does not look servers up in revocation lists",
      "dhfile = dh.pem": "it is an option of servers",
      "key.PrivateKeyInfo = x": "certfile and keyfile name the certificate and its key",
    };
    for (const [line, reason] of Object.entries(reasons)) {
      const [name] = line.split(" ");
      assert.deepEqual(readText(`auth_http.ssl_options.${line}`).warnings, [
        `rabbitmq.conf, line 1: auth_http.ssl_options.${name} has no effect: ${reason}.`,
      ]);
    }
    assert.deepEqual(readText("auth_oauth2.https.crl_check = false").warnings, []);
  });
});

describe("the keys for defaults", () => {
  it("set the first user, and users, policies and limits of virtual hosts", () => {
    const text = "default_user = joe\ndefault_pass = secret\ndefault_user_tags.monitoring = true\n" +
      "default_user_tags.administrator = false\ndefault_permissions.write = ^a\n" +
      "default_users.app.vhost_pattern = ^prod\ndefault_users.app.password = x\ndefault_users.app.tags = a,b\n" +
      "default_policies.operator.ttl.message_ttl = 1h30m\ndefault_policies.operator.ttl.queue_pattern = ^q\n" +
      "default_limits.vhosts.1.pattern = ^test\ndefault_limits.vhosts.1.max_queues = 2\n";
    assert.deepEqual(configOf(text), {
      defaultUser: "joe",
      defaultPassword: "secret",
      defaultUserTags: { monitoring: true, administrator: false },
      defaultPermissions: { write: "^a" },
      defaultUsers: { app: { vhost_pattern: "^prod", password: "x", tags: ["a", "b"] } },
      defaultPolicies: { ttl: { queue_pattern: "^q", definition: { "message-ttl": 5_400_000 } } },
      defaultLimits: { 1: { pattern: "^test", max_queues: 2 } },
    });
  });

  it("refuse an invalid pattern", () => {
    assert.throws(
      () => configOf("default_users.app.read = ("),
      /default_users\.app\.read: This is a regular expression: /,
    );
  });
});
