import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { pathOf } from "../certificates/certificates.ts";
import { ConfiguredBroker } from "../security/configured_broker.ts";
import type { RawClient } from "../raw_client.ts";
import { Slapd } from "./slapd.ts";

const PEOPLE = "ou=people,dc=example,dc=org";
const GROUPS = "ou=groups,dc=example,dc=org";

const person = (name: string, ...more: readonly string[]) =>
  [`dn: cn=${name},${PEOPLE}`, "objectClass: inetOrgPerson", `cn: ${name}`, `sn: ${name}`, ...more, ""].join("\n");
const group = (name: string, ...members: readonly string[]) =>
  [`dn: cn=${name},${GROUPS}`, "objectClass: groupOfNames", `cn: ${name}`, ...members.map((dn) => `member: ${dn}`), ""]
    .join("\n");
const unit = (dn: string) => [`dn: ${dn}`, "objectClass: organizationalUnit", ""].join("\n");

/** Carrot is in the group admins, which is in the group all. Beet is in that one, and stranger in none. */
const ENTRIES = [
  "dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: Example\n",
  unit(PEOPLE),
  unit(GROUPS),
  unit("ou=queues,dc=example,dc=org"),
  unit("ou=letters,ou=queues,dc=example,dc=org"),
  person("carrot", "mail: carrot@example.org", "userPassword: crunch"),
  person("beet", "mail: beet@example.org", "description: invoices", "description: orders", "userPassword: red"),
  person("stranger", "userPassword: strange"),
  group("admins", `cn=carrot,${PEOPLE}`),
  group("all", `cn=admins,${GROUPS}`, `cn=beet,${PEOPLE}`),
].join("\n");

const QUERIES = [
  `auth_ldap.group_lookup_base = ${GROUPS}`,
  `auth_ldap.queries.vhost_access = {in_group_nested, "cn=all,${GROUPS}"}`,
  `auth_ldap.queries.resource_access = '''
{for, [
  {permission, configure, {'and', [
    {in_group, "cn=admins,${GROUPS}"},
    {'not', {match, {string, "\${name}"}, {string, "^forbidden"}}}]}},
  {permission, write, {'or', [
    {in_group, "cn=admins,${GROUPS}"},
    {equals, {attribute, "\${user_dn}", "description"}, {string, "\${name}"}}]}},
  {permission, read, {exists, "ou=\${name},ou=queues,dc=example,dc=org"}}]}
'''`,
  `auth_ldap.queries.topic_access = {match, {string, "\${routing_key}"}, {string, "^\${username}"}}`,
  `auth_ldap.queries.tags = [{administrator, {in_group, "cn=admins,${GROUPS}"}}, {management, {constant, true}}]`,
];

const PASSWORDS: Readonly<Record<string, string>> = {
  carrot: "crunch",
  beet: "red",
  stranger: "strange",
  "carrot@example.org": "crunch",
  "beet@example.org": "red",
};

let slapd: Slapd;
before(async () => void (slapd = await Slapd.start(ENTRIES)));
after(() => slapd.stop());

/** Starts a broker with these keys of `auth_ldap`. */
const startBroker = (lines: readonly string[]) =>
  ConfiguredBroker.start(["auth_backends.1 = ldap", ...lines.map((line) => `auth_ldap.${line}`), ...QUERIES], {}, {
    hasManagement: true,
  });

type Act = (client: RawClient) => void;
const declareExchange = (exchange: string): Act => (client) =>
  client.send(1, "exchange.declare", { exchange, type: "fanout", autoDelete: true });
const declareQueue = (queue: string): Act => (client) => client.send(1, "queue.declare", { queue });
const publish = (exchange: string, routingKey = ""): Act => (client) =>
  client.publish(1, { exchange, routingKey, body: "message" });
const get = (queue: string): Act => (client) => client.send(1, "basic.get", { queue });

/** Returns the text of the refusal of what a user does, or "served". */
async function outcome(broker: ConfiguredBroker, user: string, act: Act): Promise<string> {
  await using client = await broker.open({ user, password: PASSWORDS[user] });
  act(client);
  client.send(1, "basic.qos", { prefetchCount: 1 });
  for (;;) {
    const method = await client.receiveAny(1);
    if (method.name === "channel.close") return method.replyText;
    if (method.name === "basic.qos-ok") return "served";
  }
}

describe("queries to a directory of OpenLDAP", () => {
  let broker: ConfiguredBroker;
  before(async () => {
    const pattern = `user_dn_pattern = cn=\${username},${PEOPLE}`;
    broker = await startBroker(["servers.1 = 127.0.0.1", `port = ${slapd.port}`, pattern]);
    await outcome(broker, "carrot", declareExchange("orders"));
  });
  after(() => broker.close());

  it("let users in whom the directory knows, by their own password, to virtual hosts of their groups", async () => {
    await (await broker.open({ user: "beet", password: "red" }))[Symbol.asyncDispose]();
    for (const [user, password] of [["beet", "crunch"], ["nobody", "red"], ["beet", ""]]) {
      assert.equal((await broker.refusal({ user, password }))[0], 403, `${user} ${password}`);
    }
    await assert.rejects(
      broker.open({ user: "stranger", password: PASSWORDS.stranger }),
      /NOT_ALLOWED - access to vhost '\/' refused for user 'stranger'/,
    );
  });

  const EXPECTED: readonly (readonly [user: string, what: string, act: Act, refused?: RegExp])[] = [
    ["carrot", "declares an exchange", declareExchange("orders")],
    ["carrot", "declares a queue", declareQueue("letters")],
    ["carrot", "declares what is forbidden by its name", declareQueue("forbidden-1"), /^ACCESS_REFUSED - configure/],
    ["beet", "declares a queue", declareQueue("letters-2"), /^ACCESS_REFUSED - configure access to queue 'letters-2'/],
    ["beet", "publishes to an exchange in an attribute", publish("orders")],
    [
      "beet",
      "publishes to another exchange",
      publish("amq.fanout"),
      /^ACCESS_REFUSED - write access to exchange 'amq\.fan/,
    ],
    ["carrot", "publishes to any exchange", publish("amq.fanout")],
    ["beet", "reads a queue that has an entry", get("letters")],
    ["carrot", "reads a queue without one", get("others"), /^ACCESS_REFUSED - read access to queue 'others'/],
    ["carrot", "uses a routing key with the user's name", publish("amq.topic", "carrot.a")],
    ["carrot", "uses another routing key", publish("amq.topic", "beet.a"), /^ACCESS_REFUSED - write access to topic/],
  ];
  for (const [user, what, act, refused] of EXPECTED) {
    it(`decide that ${user} ${refused === undefined ? "" : "in vain "}${what}`, async () => {
      const answer = await outcome(broker, user, act);
      if (refused === undefined) assert.equal(answer, "served");
      else assert.match(answer, refused);
    });
  }

  it("give users their tags", async () => {
    for (const [user, tags] of [["carrot", ["administrator", "management"]], ["beet", ["management"]]] as const) {
      const headers = { authorization: `Basic ${btoa(`${user}:${PASSWORDS[user]}`)}` };
      const answer = await fetch(`${broker.managementUrl}/api/whoami`, { headers });
      assert.deepEqual((await answer.json()).tags, tags);
    }
  });
});

describe("a directory of OpenLDAP by TLS", () => {
  const LOOKUP = [
    "servers.1 = localhost",
    "dn_lookup_attribute = mail",
    `dn_lookup_base = ${PEOPLE}`,
    ...["dn_lookup_bind", "other_bind"].flatMap((bind) => [
      `${bind}.user_dn = cn=admin,dc=example,dc=org`,
      `${bind}.password = admin`,
    ]),
  ];
  const starttls = () => [`port = ${slapd.port}`, "use_starttls = true"];
  const ldaps = () => [`port = ${slapd.tlsPort}`, "use_ssl = true"];

  for (const [name, way] of [["STARTTLS", starttls], ["ldaps", ldaps]] as const) {
    it(`finds users by an attribute over ${name}, under a name of the broker's`, async () => {
      const authority = `ssl_options.cacertfile = ${pathOf("authority.pem")}`;
      const broker = await startBroker([...LOOKUP, ...way(), authority, "ssl_options.versions.1 = tlsv1.3"]);
      try {
        assert.equal(await outcome(broker, "carrot@example.org", declareQueue("letters")), "served");
        assert.match(
          await outcome(broker, "beet@example.org", declareQueue("q")),
          /refused for user 'beet@example\.org'$/,
        );
        assert.equal((await broker.refusal({ user: "carrot@example.org", password: "red" }))[0], 403);
        assert.equal((await broker.refusal({ user: "carrot", password: "crunch" }))[0], 403);
      } finally {
        await broker.close();
      }
    });

    it(`lets nobody in over ${name} when its certificate is of another authority`, async () => {
      const authority = `ssl_options.cacertfile = ${pathOf("another_authority.pem")}`;
      const broker = await startBroker([...LOOKUP, ...way(), authority]);
      try {
        assert.equal((await broker.refusal({ user: "carrot@example.org", password: "crunch" }))[0], 403);
        await broker.haremq.line(/backend rabbit_auth_backend_ldap failed to answer .*certificate/);
      } finally {
        await broker.close();
      }
    });
  }
});
