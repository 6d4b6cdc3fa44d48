import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Access, Credentials, Peer, Refusal, User } from "../../src/access/access.ts";
import { anonymous } from "../../src/access/anonymous.ts";
import { external, type ExternalOptions } from "../../src/access/external.ts";
import { RABBIT_CR_DEMO } from "../../src/access/rabbit_cr_demo.ts";
import { AMQPLAIN, type Mechanism, PLAIN } from "../../src/access/sasl.ts";
import { ConnectionError } from "../../src/wire/error.ts";
import { ByteWriter } from "../../src/wire/byte_writer.ts";

const peer: Peer = { isLoopback: false, host: "192.0.2.1" };
const encoder = new TextEncoder();
const bytes = (text: string): Uint8Array => encoder.encode(text);

/** Access for one user, which notes each login attempt. */
class OneUser implements Access {
  readonly version = 0;
  readonly tried: Credentials[] = [];
  readonly #user: string;
  readonly #password: string | undefined;

  constructor(user: string, password?: string) {
    this.#user = user;
    this.#password = password;
  }

  login(credentials: Credentials): User | Refusal {
    this.tried.push(credentials);
    const isRight = credentials.username === this.#user && credentials.password === this.#password;
    return isRight ? { name: this.#user, tags: [] } : { refused: "invalid credentials" };
  }

  mayOpen = () => true;
  may = () => true;
  mayUseTopic = () => true;
}

const respond = (mechanism: Mechanism, access: Access, response: Uint8Array, from = peer) =>
  mechanism.begin(access, from).respond(response);

function amqplain(login: Uint8Array, password: Uint8Array): Uint8Array {
  const writer = new ByteWriter(64);
  for (const [name, value] of [["LOGIN", login], ["PASSWORD", password]] as const) {
    writer.shortstr(name);
    writer.octet("S".charCodeAt(0));
    writer.longstr(value);
  }
  return writer.written().slice();
}

/** Names and passwords that are valid and easily mistaken for others. */
const STRANGE = [
  "a".repeat(255),
  "🐇".repeat(63),
  "\u202eadmin",
  "مرحبا",
  "\ufeffguest",
  "é",
  "e\u0301",
  " guest ",
  "a\r\nb",
];

describe("mechanism PLAIN", () => {
  it("takes any name and password except those with NUL, and mistakes none for another", async () => {
    for (const name of [...STRANGE, "guest", ""]) {
      for (const other of STRANGE) {
        const access = new OneUser(other, other);
        const outcome = await respond(PLAIN, access, bytes(`\0${name}\0${other}`));
        assert.equal("user" in outcome, name === other, `${name} as ${other}`);
      }
    }
  });

  it("refuses a name or password that is not UTF-8 without asking access control", async () => {
    for (const response of [[0, 0xff, 0, 0x61], [0, 0x61, 0, 0xff]]) {
      const access = new OneUser("a", "a");
      const outcome = await respond(PLAIN, access, new Uint8Array(response));
      assert.ok("refused" in outcome && outcome.refused === "name or password is not valid UTF-8");
      assert.equal(access.tried.length, 0);
    }
  });

  it("refuses a malformed response, an authorization identity and further NULs", () => {
    for (
      const response of ["", "\0", "guest\0guest", "\0guest", "root\0guest\0guest", "\0guest\0guest\0", "\0a\0b\0c"]
    ) {
      assert.throws(() => respond(PLAIN, new OneUser("guest", "guest"), bytes(response)), ConnectionError);
    }
  });
});

describe("mechanism AMQPLAIN", () => {
  it("takes any name and password, even those with NUL", async () => {
    for (const text of [...STRANGE, "a\0b", "\0"]) {
      const access = new OneUser(text, text);
      assert.ok("user" in await respond(AMQPLAIN, access, amqplain(bytes(text), bytes(text))));
      assert.ok("refused" in await respond(AMQPLAIN, access, amqplain(bytes(text), bytes(`${text} `))));
    }
  });

  it("refuses a name or password that is not UTF-8 without asking access control", async () => {
    const access = new OneUser("a", "a");
    const outcome = await respond(AMQPLAIN, access, amqplain(bytes("a"), new Uint8Array([0xff])));
    assert.ok("refused" in outcome);
    assert.equal(access.tried.length, 0);
  });
});

describe("mechanism RABBIT-CR-DEMO", () => {
  it("asks for the password of a name", async () => {
    for (const name of STRANGE) {
      const authentication = RABBIT_CR_DEMO.begin(new OneUser(name, "crunch"), peer);
      const buffer = bytes(name);
      assert.deepEqual(await authentication.respond(buffer), { challenge: bytes("Please tell me your password") });
      // The connection reuses the memory of a response.
      buffer.fill(0);
      assert.ok("user" in await authentication.respond(bytes("My password is crunch")));
    }
  });

  it("refuses a wrong password, and a malformed answer without repeating it", async () => {
    const begin = async () => {
      const authentication = RABBIT_CR_DEMO.begin(new OneUser("carrot", "crunch"), peer);
      await authentication.respond(bytes("carrot"));
      return authentication;
    };
    const outcome = await (await begin()).respond(bytes("My password is munch"));
    assert.deepEqual(outcome, { refused: "invalid credentials", username: "carrot" });
    const authentication = await begin();
    for (const answer of ["", "crunch", "my password is crunch"]) {
      assert.throws(
        () => authentication.respond(bytes(answer)),
        (error) => error instanceof ConnectionError && !error.message.includes("crunch"),
      );
    }
  });
});

describe("mechanism ANONYMOUS", () => {
  it("logs in as the configured user, whatever the client sends", async () => {
    const mechanism = anonymous({ anonymous_login_user: "nobody", anonymous_login_pass: "crunch" });
    for (const response of ["", "trace@example.org", "\0guest\0guest"]) {
      assert.ok("user" in await respond(mechanism, new OneUser("nobody", "crunch"), bytes(response)));
    }
    const wrong = await respond(mechanism, new OneUser("nobody", "munch"), bytes(""));
    assert.deepEqual(wrong, { refused: "invalid credentials", username: "nobody" });
  });
});

describe("mechanism EXTERNAL", () => {
  const certificate = {
    subject: "CN=client,O=example",
    issuer: "CN=ca",
    commonName: "client",
    alternativeNames: [
      { type: "email", value: "a@example.org" },
      { type: "dns", value: "one.example.org" },
      { type: "dns", value: "two.example.org" },
      { type: "uri", value: "spiffe://example.org/client" },
      { type: "other", value: "some-other" },
      { type: "ip", value: "192.0.2.1" },
    ],
    serialNumber: "1",
    notBeforeMs: 0,
    notAfterMs: 1e15,
  } as const;

  it("is offered to peers with a certificate only", async () => {
    const mechanism = external();
    assert.equal(mechanism.isOfferedTo!({ ...peer, certificate }), true);
    assert.equal(mechanism.isOfferedTo!(peer), false);
    const outcome = await respond(mechanism, new OneUser("client"), bytes(""));
    assert.deepEqual(outcome, { refused: "connection peer presented no TLS (x.509) certificate" });
  });

  it("takes the name from the configured field, and no password", async () => {
    const names: readonly (readonly [ExternalOptions, string])[] = [
      [{}, "CN=client,O=example"],
      [{ ssl_cert_login_from: "common_name" }, "client"],
      [{ ssl_cert_login_from: "subject_alternative_name" }, "one.example.org"],
      [{ ssl_cert_login_from: "subject_alt_name", ssl_cert_login_san_index: 1 }, "two.example.org"],
      [{ ssl_cert_login_from: "subject_alternative_name", ssl_cert_login_san_type: "email" }, "a@example.org"],
      [{ ssl_cert_login_from: "subject_alternative_name", ssl_cert_login_san_type: "ip" }, "192.0.2.1"],
      [{ ssl_cert_login_from: "subject_alternative_name", ssl_cert_login_san_type: "other_name" }, "some-other"],
      [
        { ssl_cert_login_from: "subject_alternative_name", ssl_cert_login_san_type: "uri" },
        "spiffe://example.org/client",
      ],
    ];
    for (const [options, name] of names) {
      const access = new OneUser(name);
      const outcome = await respond(external(options), access, bytes("ignored"), { ...peer, certificate });
      assert.ok("user" in outcome, name);
      assert.equal(access.tried[0].password, undefined);
    }
  });

  it("refuses a certificate without that name, and an unknown name", async () => {
    const from = { ...peer, certificate: { ...certificate, commonName: undefined, alternativeNames: [] } };
    for (const ssl_cert_login_from of ["common_name", "subject_alternative_name"] as const) {
      const outcome = await respond(external({ ssl_cert_login_from }), new OneUser(""), bytes(""), from);
      assert.deepEqual(outcome, { refused: "no name found in the peer's certificate" });
    }
    const outcome = await respond(external(), new OneUser("other"), bytes(""), { ...peer, certificate });
    assert.deepEqual(outcome, { refused: "invalid credentials", username: "CN=client,O=example" });
  });
});
