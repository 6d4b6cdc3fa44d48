import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isMeantFor, scopesOf, usernameOf } from "../../../src/access/oauth2/claims.ts";
import { GrantedScopes, tagsOf } from "../../../src/access/oauth2/scopes.ts";

const options = { resource_server_id: "rabbitmq" };

describe("the scopes of a token", () => {
  it("are those with the broker's prefix, as a list or a text", () => {
    for (
      const scope of [
        ["rabbitmq.read:*/*", "other.write:*/*", "openid", 7],
        "rabbitmq.read:*/* other.write:*/*  openid",
      ]
    ) {
      assert.deepEqual(scopesOf({ scope }, options), ["read:*/*"]);
    }
    assert.deepEqual(scopesOf({ scope: ["mq-read:*/*"] }, { ...options, scope_prefix: "mq-" }), ["read:*/*"]);
    assert.deepEqual(scopesOf({ scope: ["read:*/*"] }, { ...options, scope_prefix: "" }), ["read:*/*"]);
    assert.deepEqual(scopesOf({}, options), []);
  });

  it("are also in the claims of additional_scopes_key", () => {
    const claims = {
      roles: ["rabbitmq.read:a/*"],
      realm: { access: { roles: "rabbitmq.read:b/* rabbitmq.read:c/*" } },
      list: [{ scopes: ["rabbitmq.read:d/*"] }, { scopes: "rabbitmq.read:e/*" }, "text", { other: 1 }],
      mine: { rabbitmq: ["read:f/*"], other: ["read:x/*"] },
      mineToo: { rabbitmq: "read:g/* read:h/*" },
      scope: "rabbitmq.read:i/*",
    };
    const additional_scopes_key = "roles realm.access.roles list.scopes mine mineToo missing toString";
    const scopes = scopesOf(claims, { ...options, additional_scopes_key });
    assert.deepEqual(scopes.sort(), [..."abcdefghi"].map((vhost) => `read:${vhost}/*`));
  });

  it("are also those of a requesting party token", () => {
    const claims = { authorization: { permissions: [{ scopes: ["rabbitmq.read:*/*"], rsid: "1" }] } };
    assert.deepEqual(scopesOf(claims, options), ["read:*/*"]);
  });

  it("may be aliases of others", () => {
    const scope_aliases = {
      developer: "rabbitmq.tag:monitoring rabbitmq.read:*/*",
      "api://admin": "rabbitmq.tag:administrator",
    };
    const scopes = scopesOf({ scope: "developer api://admin toString" }, { ...options, scope_aliases });
    assert.deepEqual(scopes, ["tag:monitoring", "read:*/*", "tag:administrator"]);
    assert.deepEqual(tagsOf(scopes), ["administrator", "monitoring"]);
  });
});

describe("rich authorization details", () => {
  const scopes = (authorization_details: unknown, type: string | undefined = "broker") =>
    scopesOf({ authorization_details }, { ...options, resource_server_type: type });

  it("become scopes for each action at each location", () => {
    const details = [{
      type: "broker",
      actions: ["read", "write", "administrator", "dance"],
      locations: [
        "cluster:rabbitmq/vhost:prod/queue:orders*",
        "cluster:rabbit*/exchange:x/routing-key:eu.*",
        "vhost:v",
      ],
    }];
    assert.deepEqual(scopes(details), [
      "read:prod/orders*/*",
      "read:*/x/eu.*",
      "write:prod/orders*/*",
      "write:*/x/eu.*",
      "tag:administrator",
    ]);
    assert.deepEqual(scopes([{ type: "broker", actions: "configure", locations: "cluster:*" }]), ["configure:*/*/*"]);
  });

  it("count only for the configured type, and for locations in this cluster that name one thing", () => {
    const detail = { type: "broker", actions: "read", locations: "cluster:*" };
    assert.deepEqual(scopes([detail], "other"), []);
    assert.deepEqual(scopesOf({ authorization_details: [detail] }, options), []);
    for (const locations of ["cluster:finance", "vhost:v", "cluster:", "cluster:*/queue:a/exchange:b", 7, [7], []]) {
      assert.deepEqual(scopes([{ ...detail, locations }]), []);
    }
    assert.deepEqual(scopes([{ ...detail, locations: "cluster:*/queue:a/exchange:a" }]), ["read:*/a/*"]);
  });

  it("of any other form are ignored", () => {
    for (const details of [undefined, null, 7, "text", {}, [null, 7, {}, [], { type: "broker" }]]) {
      assert.deepEqual(scopes(details), []);
    }
    assert.deepEqual(scopes([{ type: "broker", actions: null, locations: "cluster:*" }]), []);
  });
});

describe("permissions of scopes", () => {
  const grant = (scopes: string[], claims = {}, syntax: "wildcard" | "regex" = "wildcard") =>
    new GrantedScopes(scopes, claims, syntax);

  it("apply to a virtual host, a name and an operation", () => {
    const scopes = grant([
      "read:prod/orders*",
      "write:%2F/*",
      "configure:*/mine",
      "nonsense:*/*",
      "read:only-vhost",
      "",
    ]);
    assert.deepEqual(["prod", "/", "any"].map((vhost) => scopes.mayOpen(vhost)), [true, true, true]);
    assert.equal(scopes.may("read", "prod", "orders-eu"), true);
    assert.equal(scopes.may("read", "prod", "invoices"), false);
    assert.equal(scopes.may("write", "prod", "orders-eu"), false);
    assert.equal(scopes.may("write", "/", "amq.default"), true);
    assert.equal(scopes.may("configure", "prod", "mine"), true);
    assert.equal(scopes.may("read", "only-vhost", ""), false);
    assert.equal(grant(["read:prod/*"]).mayOpen("/"), false);
    assert.equal(grant(["tag:administrator"]).mayOpen("/"), false);
    assert.equal(grant([]).mayOpen("/"), false);
  });

  it("apply to routing keys only with a pattern for them", () => {
    const scopes = grant(["write:*/amq.topic/eu.*", "read:*/*", "write:a/b/c/d"]);
    assert.equal(scopes.mayUseTopic("write", "/", "amq.topic", "eu.orders"), true);
    assert.equal(scopes.mayUseTopic("write", "/", "amq.topic", "us.orders"), false);
    assert.equal(scopes.mayUseTopic("write", "/", "other", "eu.orders"), false);
    assert.equal(scopes.mayUseTopic("read", "/", "amq.topic", "eu.orders"), false);
    assert.equal(scopes.may("write", "/", "amq.topic"), true);
    assert.equal(scopes.may("write", "a", "b"), false);
  });

  it("may depend on the virtual host and on claims", () => {
    const scopes = grant(["read:{vhost}/{sub}-*", "write:*/{missing}", "configure:*/{open"], { sub: "carrot", n: 7 });
    assert.equal(scopes.may("read", "prod", "carrot-1"), true);
    assert.equal(scopes.may("read", "other", "carrot-1"), true);
    assert.equal(scopes.may("read", "prod", "beet-1"), false);
    assert.equal(scopes.may("write", "prod", "missing"), true);
    assert.equal(scopes.may("configure", "prod", "open"), false);
    assert.equal(scopes.may("configure", "prod", "{open"), false);
  });

  it("match whole names as regular expressions when that syntax is configured", () => {
    const scopes = grant(["read:prod|test/orders-[0-9]+", "write:{vhost}/.*", "read:x/("], { sub: ".*" }, "regex");
    assert.equal(scopes.may("read", "test", "orders-12"), true);
    assert.equal(scopes.may("read", "testing", "orders-12"), false);
    assert.equal(scopes.may("read", "test", "my-orders-12"), false);
    assert.equal(scopes.may("write", "a.b", "q"), true);
    assert.equal(scopes.may("read", "x", "("), false);
    assert.equal(grant(["read:*/{sub}"], { sub: ".*" }, "regex").may("read", "*", "any"), false);
  });
});

describe("the claims of a token", () => {
  it("give the user's name, the first one that is a text", () => {
    const claims = { sub: "s", client_id: "c", email: ["a"], toString: undefined };
    assert.equal(usernameOf(claims, ["sub", "client_id"]), "s");
    assert.equal(usernameOf(claims, ["email", "client_id"]), "c");
    assert.equal(usernameOf(claims, ["valueOf", "user_name"]), "unknown");
  });

  it("give the audience", () => {
    assert.equal(isMeantFor({ aud: "rabbitmq" }, "rabbitmq"), true);
    assert.equal(isMeantFor({ aud: "other rabbitmq" }, "rabbitmq"), true);
    assert.equal(isMeantFor({ aud: ["other", "rabbitmq"] }, "rabbitmq"), true);
    for (const aud of ["rabbitmq2", ["rabbitmq2"], undefined, { rabbitmq: true }, [["rabbitmq"]]]) {
      assert.equal(isMeantFor({ aud }, "rabbitmq"), false);
    }
  });
});
