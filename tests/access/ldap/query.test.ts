import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { QueryError, readQueryTerm } from "../../../src/access/ldap/query_term.ts";
import { readQuery, readTagQueries } from "../../../src/access/ldap/query.ts";

describe("an LDAP query", () => {
  it("is read as RabbitMQ's documentation writes it", () => {
    const source = `{for, [{permission, configure, {in_group, "cn=admins,ou=\${vhost},dc=example"}},
      % a comment
      {permission, read, {'and', [{exists, "cn=a"}, {'not', {constant, false}}]}},
      {permission, write, {match, {attribute, "\${user_dn}", "description"}, {string, "^\${name}-\\\\d+$"}}}
    ]}.`;
    assert.deepEqual(readQuery(source), {
      kind: "for",
      choices: [
        {
          variable: "permission",
          value: "configure",
          query: { kind: "in_group", dn: "cn=admins,ou=${vhost},dc=example", attribute: "member" },
        },
        {
          variable: "permission",
          value: "read",
          query: {
            kind: "and",
            queries: [
              { kind: "exists", dn: "cn=a" },
              { kind: "not", query: { kind: "constant", value: false } },
            ],
          },
        },
        {
          variable: "permission",
          value: "write",
          query: {
            kind: "match",
            first: { kind: "attribute", dn: "${user_dn}", name: "description" },
            second: { kind: "string", pattern: "^${name}-\\d+$" },
          },
        },
      ],
    });
  });

  it("may have each type", () => {
    assert.deepEqual(readQuery(`{in_group, "cn=a", "uniqueMember"}`), {
      kind: "in_group",
      dn: "cn=a",
      attribute: "uniqueMember",
    });
    assert.deepEqual(readQuery(`{in_group_nested, "cn=a"}`), {
      kind: "in_group_nested",
      dn: "cn=a",
      attribute: "member",
      scope: "sub",
    });
    assert.deepEqual(readQuery(`{in_group_nested,"cn=a","m",one_level}`), {
      kind: "in_group_nested",
      dn: "cn=a",
      attribute: "m",
      scope: "one",
    });
    assert.deepEqual(readQuery(`{equals, "\${vhost}", <<"prod">>}`), {
      kind: "equals",
      first: { kind: "string", pattern: "${vhost}" },
      second: { kind: "string", pattern: "prod" },
    });
    assert.deepEqual(readTagQueries(`[{administrator, {constant, false}}, {management, {in_group, "cn=m"}}]`), [
      { tag: "administrator", query: { kind: "constant", value: false } },
      { tag: "management", query: { kind: "in_group", dn: "cn=m", attribute: "member" } },
    ]);
  });

  it("that is invalid is reported with the place of the error", () => {
    for (
      const source of [
        "",
        "{",
        "{}",
        "{constant}",
        "{constant, maybe}",
        "{constant, true} x",
        "{unknown, 1}",
        `{in_group, "cn=a"`,
        `{in_group, "cn=a}`,
        `{in_group, ["a"]}`,
        "{for, {a, b, {constant, true}}}",
        "{for, [{a, b}]}",
        "{toString, a}",
        `{in_group_nested, "a", "b", sideways}`,
        "[".repeat(1000),
        "<<1>>",
      ]
    ) {
      assert.throws(() => readQuery(source), QueryError, source);
    }
    assert.throws(() => readQueryTerm("{a, }"), /at character 5: a tuple, a list, a text or an atom is expected/);
    assert.throws(() => readTagQueries("{administrator, {constant, true}}"), QueryError);
  });
});
