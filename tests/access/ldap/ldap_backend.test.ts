import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { BackendUser } from "../../../src/access/backend.ts";
import { escapeValue, fillName } from "../../../src/access/ldap/distinguished_name.ts";
import { LdapBackend, type LdapBackendOptions } from "../../../src/access/ldap/ldap_backend.ts";
import { settled } from "../../fake_clock.ts";
import { ManualClock } from "../manual_clock.ts";
import { type Entries, FakeDirectory } from "./fake_directory.ts";

const peer = { isLoopback: false };
const context = { peer };
const PEOPLE = "ou=people,dc=example";

const ENTRIES: Entries = {
  [PEOPLE]: {},
  [`cn=carrot,${PEOPLE}`]: { userPassword: ["crunch"], mail: ["carrot@example.org"], team: ["orders", "invoices"] },
  [`cn=beet,${PEOPLE}`]: { userPassword: ["red"], mail: ["beet@example.org"], Team: ["orders"] },
  [`cn=service,${PEOPLE}`]: { userPassword: ["secret"] },
  "cn=admins,ou=groups": { member: [`cn=carrot,${PEOPLE}`] },
  "cn=all,ou=groups": { member: ["cn=admins,ou=groups", "cn=loop,ou=groups"] },
  "cn=loop,ou=groups": { member: ["cn=all,ou=groups"] },
  "ou=prod,ou=vhosts": { allowed: ["orders-.*", "invoices"] },
};

const PATTERN = { user_dn_pattern: `cn=\${username},${PEOPLE}` };

function backendFor(options: LdapBackendOptions = PATTERN, entries = ENTRIES) {
  const opened: FakeDirectory[] = [];
  const clock = new ManualClock();
  const open = () => {
    const directory = new FakeDirectory(entries);
    opened.push(directory);
    return Promise.resolve(directory);
  };
  const lines: string[] = [];
  const log = (level: string, line: string) => void lines.push(`${level}: ${line}`);
  return { backend: new LdapBackend(options, open, clock, log), opened, clock, lines };
}

async function logIn(backend: LdapBackend, username = "carrot", password: string | undefined = "crunch") {
  const user = await backend.authenticate({ username, password, peer });
  assert.ok(!("refused" in user), JSON.stringify(user));
  return user;
}

const isRefused = async (backend: LdapBackend, username: string, password?: string) =>
  "refused" in await backend.authenticate({ username, password, peer });

describe("the LDAP backend", () => {
  it("accepts a user who can be bound by name and password", async () => {
    const { backend } = backendFor();
    const user = await logIn(backend);
    assert.deepEqual([user.name, user.tags], ["carrot", []]);
    assert.equal(await isRefused(backend, "carrot", "munch"), true);
    assert.equal(await isRefused(backend, "nobody", "crunch"), true);
    assert.equal(await isRefused(backend, "carrot", ""), true);
    assert.equal(await isRefused(backend, "", ""), true);
    assert.doesNotMatch(JSON.stringify(user), /crunch/);
  });

  it("logs its checks, what decides them, and the directory's operations, where it is asked to, without passwords", async () => {
    const query = `{'or', [{equals, {attribute, "\${user_dn}", "mail"}, {string, "none"}}, {constant, true}]}`;
    const queries = { vhost_access: query, resource_access: `{for, [{permission, read, {constant, false}}]}` };
    const of = async (log: "false" | "true" | "network") => {
      const { backend, lines } = backendFor({ ...PATTERN, queries, log });
      const user = await logIn(backend);
      await isRefused(backend, "carrot", "munch");
      await backend.mayOpen(user, "/", context);
      await backend.may(user, "read", { vhost: "/", kind: "queue", name: "q" }, context);
      assert.doesNotMatch(lines.join("\n"), /crunch|munch/);
      return lines;
    };
    assert.deepEqual(await of("false"), []);
    assert.deepEqual((await of("true")).filter((line) => !/connected/.test(line)), [
      "info: LDAP CHECK: login for carrot",
      "info:     LDAP evaluated constant: false",
      "info: LDAP DECISION: login for carrot: ok",
      "info: LDAP CHECK: login for carrot",
      "info: LDAP DECISION: login for carrot: denied",
      'info: LDAP CHECK: access to vhost "/" for "carrot"',
      `info:     LDAP evaluated attribute "mail" for "cn=carrot,${PEOPLE}": carrot@example.org`,
      'info:     LDAP evaluated equals "carrot@example.org", "none": false',
      "info:     LDAP evaluated constant: true",
      "info:     LDAP 'or' result: true",
      'info: LDAP DECISION: access to vhost "/" for "carrot": ok',
      'info: LDAP CHECK: read permission for queue "q" in "/" for "carrot"',
      "info:     LDAP selecting subquery permission = read",
      "info:     LDAP evaluated constant: false",
      'info: LDAP DECISION: read permission for queue "q" in "/" for "carrot": denied',
    ]);
    const network = (await of("network")).join("\n");
    assert.match(network, /LDAP bind succeeded: cn=carrot,/);
    assert.match(network, /LDAP bind returned "invalid credentials": cn=carrot,/);
    assert.match(network, /LDAP search base "cn=carrot,\S+", scope sub, filter objectClass=\*: 1 entries/);
  });

  it("finds the entry of a user by an attribute, bound to another user or to that one", async () => {
    const lookup = { dn_lookup_attribute: "mail", dn_lookup_base: PEOPLE };
    const service = { user_dn: `cn=service,${PEOPLE}`, password: "secret" };
    const before = backendFor({ ...lookup, dn_lookup_bind: service });
    await logIn(before.backend, "carrot@example.org");
    assert.equal(before.opened[0].asked[0], `bind ${service.user_dn}`);
    assert.equal(await isRefused(before.backend, "carrot@example.org", "red"), true);
    assert.equal(await isRefused(before.backend, "nobody@example.org", "crunch"), true);
    const wrong = backendFor({ ...lookup, dn_lookup_bind: { ...service, password: "wrong" } });
    assert.equal(await isRefused(wrong.backend, "carrot@example.org", "crunch"), true);
    const queries = { tags: `[{found, {equals, "\${user_dn}", "cn=carrot,${PEOPLE}"}}]` };
    const after = backendFor({
      user_bind_pattern: `cn=carrot,${PEOPLE}`,
      dn_lookup_attribute: "mail",
      dn_lookup_base: PEOPLE,
      queries,
    });
    assert.deepEqual((await logIn(after.backend, "carrot@example.org")).tags, ["found"]);
  });

  it("accepts a user authenticated by other means only when it has another name to search with", async () => {
    assert.equal(await isRefused(backendFor().backend, "carrot"), true);
    const other_bind = { user_dn: `cn=service,${PEOPLE}`, password: "secret" };
    const { backend } = backendFor({ ...PATTERN, other_bind });
    const user = await backend.authenticate({ username: "carrot", peer });
    assert.ok("name" in user && user.name === "carrot");
    assert.equal(await backend.mayOpen(user, "/", context), true);
  });

  it("makes queries under the configured name", async () => {
    const queries = { vhost_access: `{exists, "ou=\${vhost},ou=vhosts"}` };
    const own = backendFor({ ...PATTERN, queries });
    assert.equal(await own.backend.mayOpen(await logIn(own.backend), "prod", context), true);
    assert.ok(own.opened[0].asked.slice(-2).join() === `bind cn=carrot,${PEOPLE},search base ou=prod,ou=vhosts`);
    const anonymous = backendFor({ ...PATTERN, queries, other_bind: "anon" });
    assert.equal(await anonymous.backend.mayOpen(await logIn(anonymous.backend), "prod", context), true);
    assert.equal(anonymous.opened[0].boundTo, "");
  });

  it("gives the tags whose queries permit", async () => {
    const tags =
      `[{administrator, {in_group, "cn=admins,ou=groups"}}, {management, {constant, true}}, {none, {exists, "cn=x"}}]`;
    const { backend } = backendFor({ ...PATTERN, queries: { tags } });
    assert.deepEqual((await logIn(backend)).tags, ["administrator", "management"]);
    assert.deepEqual((await logIn(backend, "beet", "red")).tags, ["management"]);
  });
});

describe("a query", () => {
  /** Returns whether a query permits carrot to open `prod`. */
  async function permits(query: string, username = "carrot", password = "crunch", vhost = "prod"): Promise<boolean> {
    const { backend } = backendFor({ ...PATTERN, group_lookup_base: "ou=groups", queries: { vhost_access: query } });
    return await backend.mayOpen(await logIn(backend, username, password), vhost, context);
  }

  it("permits by constants, entries, groups and attributes", async () => {
    assert.equal(await permits("{constant, true}"), true);
    assert.equal(await permits("{constant, false}"), false);
    assert.equal(await permits(`{exists, "ou=\${vhost},ou=vhosts"}`), true);
    assert.equal(await permits(`{exists, "ou=test,ou=vhosts"}`), false);
    assert.equal(await permits(`{in_group, "cn=admins,ou=groups"}`), true);
    assert.equal(await permits(`{in_group, "cn=admins,ou=groups"}`, "beet", "red"), false);
    assert.equal(await permits(`{in_group, "cn=admins,ou=groups", "owner"}`), false);
    assert.equal(await permits(`{in_group, "cn=all,ou=groups"}`), false);
    assert.equal(await permits(`{in_group_nested, "CN=all,ou=groups"}`), true);
    assert.equal(await permits(`{in_group_nested, "cn=all,ou=groups"}`, "beet", "red"), false);
    assert.equal(await permits(`{in_group_nested, "cn=none,ou=groups"}`), false);
    assert.equal(await permits(`{equals, {attribute, "\${user_dn}", "mail"}, "\${username}@example.org"}`), true);
    assert.equal(await permits(`{equals, "invoices", {attribute, "\${user_dn}", "team"}}`), true);
    assert.equal(await permits(`{equals, {attribute, "\${user_dn}", "team"}, "orders"}`, "beet", "red"), true);
    assert.equal(await permits(`{equals, {attribute, "\${user_dn}", "phone"}, "\${username}"}`), false);
    assert.equal(await permits(`{match, {attribute, "\${user_dn}", "team"}, "^inv"}`), true);
    assert.equal(await permits(`{match, "orders-7", {attribute, "ou=\${vhost},ou=vhosts", "allowed"}}`), true);
    assert.equal(await permits(`{match, "\${vhost}", "^test$"}`), false);
    assert.equal(await permits(`{match, "\${vhost}", "("}`), false);
    assert.equal(
      await permits(`{match, {attribute, "\${user_dn}", "team"}, {attribute, "ou=prod,ou=vhosts", "allowed"}}`),
      false,
    );
  });

  it("is combined by and, or, not and for", async () => {
    const [yes, no, none] = ["{constant, true}", "{constant, false}", `{exists, "cn=nothing"}`];
    assert.equal(await permits(`{'and', [${yes}, ${yes}]}`), true);
    assert.equal(await permits(`{'and', [${yes}, ${none}]}`), false);
    assert.equal(await permits(`{'and', []}`), true);
    assert.equal(await permits(`{'or', [${no}, ${none}, ${yes}]}`), true);
    assert.equal(await permits(`{'or', []}`), false);
    assert.equal(await permits(`{'not', ${no}}`), true);
    // A query without a value has none when it is negated either.
    assert.equal(await permits(`{'not', ${none}}`), false);
    assert.equal(await permits(`{for, [{vhost, <<"test">>, ${no}}, {vhost, "prod", ${yes}}]}`), true);
    assert.equal(await permits(`{for, [{vhost, test, ${yes}}]}`), false);
    assert.equal(await permits(`{for, [{permission, read, ${yes}}, {vhost, prod, ${yes}}]}`), false);
  });

  it("knows the variables of the question", async () => {
    const queries = {
      resource_access:
        `{equals, "\${permission} \${resource} \${name} in \${vhost} by \${username}", "read queue q in / by carrot"}`,
      topic_access: `{match, "\${permission} \${name} \${routing_key} \${client_id}", "^write amq.topic a.b c1$"}`,
    };
    const { backend } = backendFor({ ...PATTERN, queries });
    const user: BackendUser = await logIn(backend);
    const queue = { vhost: "/", kind: "queue", name: "q" } as const;
    assert.equal(await backend.may(user, "read", queue, context), true);
    assert.equal(await backend.may(user, "write", queue, context), false);
    const topic = { vhost: "/", exchange: "amq.topic", routingKey: "a.b" };
    assert.equal(await backend.mayUseTopic(user, "write", topic, { peer, clientId: "c1" }), true);
    assert.equal(await backend.mayUseTopic(user, "read", topic, { peer, clientId: "c1" }), false);
  });
});

describe("a distinguished name", () => {
  it("escapes values", () => {
    assert.equal(escapeValue(`a,b+c"d\\e<f>g;h`), `a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h`);
    assert.equal(escapeValue(" a "), "\\ a\\ ");
    assert.equal(escapeValue(" "), "\\ ");
    assert.equal(escapeValue("#a"), "\\#a");
    assert.equal(fillName("cn=${username},ou=a", "x,ou=admins"), "cn=x\\,ou=admins,ou=a");
    assert.equal(fillName("cn=${username},ou=${vhost}", "${vhost}", { vhost: "v" }), "cn=${vhost},ou=v");
    assert.equal(fillName("${user_dn}", "carrot", { user_dn: "cn=a,ou=b" }), "cn=a,ou=b");
  });

  it("of an Active Directory user separates domain and name", () => {
    assert.equal(fillName("cn=${ad_user},dc=${ad_domain}", "ACME\\carrot"), "cn=carrot,dc=ACME");
    assert.equal(fillName("${username}", "ACME\\carrot"), "ACME\\carrot");
    assert.equal(fillName("${username}", "ACME\\,carrot"), "ACME\\\\\\,carrot");
    assert.equal(fillName("${username}", "\\carrot"), "\\\\carrot");
  });

  it("lets nobody log in as somebody else by a name with commas", async () => {
    const { backend } = backendFor({ user_dn_pattern: `cn=\${username}` });
    assert.equal(await isRefused(backend, `carrot,${PEOPLE}`, "crunch"), true);
  });
});

describe("a directory that hangs or is down", () => {
  it("refuses after a while, and is asked again by the next login", async () => {
    const clock = new ManualClock();
    let isHanging = true;
    const open = () => isHanging ? new Promise<never>(() => {}) : Promise.resolve(new FakeDirectory(ENTRIES));
    const backend = new LdapBackend({ ...PATTERN, timeout: 1000 }, open, clock);
    const stuck = assert.rejects(logIn(backend), /no answer from the LDAP server within 1000 ms/);
    await settled();
    isHanging = false;
    await logIn(backend);
    clock.advance(1000);
    await stuck;
  });

  it("gets a limited number of requests at once, and one that waits too long is refused", async () => {
    const clock = new ManualClock();
    let opened = 0;
    const open = () => (opened++, new Promise<never>(() => {}));
    const backend = new LdapBackend({ ...PATTERN, timeout: 1000, connection_pool_size: 3 }, open, clock);
    const logins = Array.from({ length: 20 }, () => assert.rejects(logIn(backend)));
    await settled();
    assert.equal(opened, 3);
    clock.advance(1000);
    await Promise.all(logins);
  });

  it("is asked once more over a new connection when a pooled one was closed", async () => {
    const { backend, opened } = backendFor();
    await logIn(backend);
    opened[0].bind = () => Promise.reject(new Error("closed"));
    await logIn(backend);
    assert.equal(opened.length, 2);
    assert.equal(opened[0].isClosed, true);
  });

  it("gets back connections that are idle too long", async () => {
    const { backend, opened, clock } = backendFor();
    await logIn(backend);
    clock.advance(299_999);
    await logIn(backend);
    assert.deepEqual([opened.length, opened[0].isClosed], [1, false]);
    clock.advance(300_000);
    assert.equal(opened[0].isClosed, true);
  });
});
