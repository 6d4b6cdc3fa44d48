import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { connect as connectAmqplib } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { unique } from "./client.ts";
import { canMakeUsers, makeUsers } from "./users.ts";

const EVERYTHING = { configure: ".*", write: ".*", read: ".*" };
/** A password with hashes that RabbitMQ 3.10.8 has exported. */
const EXPORTED_PASSWORD = "päss \u{1f407} \u{202e}wort";
const EXPORTED_HASHES = [
  ["rabbit_password_hashing_sha256", "dSksC6igYNMumN49gi0TDyT4a1pZ8TQxO1CuwR8vWBewMtwS"],
  [
    "rabbit_password_hashing_sha512",
    "GcnCfUqh6Xw3hWSQKgtm4axvndqAq8/95ZuAql7fAkZ6ReHrxel2RjwY3CPCnHoTv3YGqO2HPNSLV1x2iJ2pd1Ot6R0=",
  ],
  ["rabbit_password_hashing_md5", "qgbWy1tro0Mb9aq6KSwZ3OS00EQ="],
];
const REFUSED = /403 \(ACCESS-REFUSED\)/;

let broker: BrokerUnderTest;

async function logIn(username: string, password: string): Promise<void> {
  const { host, port } = broker;
  const connection = await connectAmqplib({ hostname: host, port, username, password }, { noDelay: true });
  await connection.close();
}

if (canMakeUsers) {
  before(async () => {
    broker = await startBrokerUnderTest();
  });
  after(() => broker.close());

  /** Many refusals are delayed, so they are awaited together. */
  const allRefused = (logins: readonly (readonly [name: string, password: string])[]) =>
    Promise.all(logins.map(([name, password]) => assert.rejects(logIn(name, password), REFUSED, name)));

  describe("a hash of a password", () => {
    const password = "crunch é 🐇";
    const hashOf = (digest: string) => {
      const salt = Uint8Array.of(0x90, 0x8d, 0xc6, 0x0a);
      const hashed = createHash(digest).update(salt).update(password).digest();
      return Buffer.from([...salt, ...hashed]).toString("base64");
    };
    const add = async (stem: string, base64: string, algorithm: string) => {
      const name = unique(stem);
      await makeUsers(broker, [{ name, hash: { base64, algorithm }, ...EVERYTHING }]);
      return name;
    };

    it("verifies its password and no other, with each algorithm", async () => {
      const wrong: [string, string][] = [];
      for (const digest of ["sha256", "sha512", "md5"]) {
        const name = await add(digest, hashOf(digest), `rabbit_password_hashing_${digest}`);
        await logIn(name, password);
        for (const other of ["crunch", `${password} `, ""]) wrong.push([name, other]);
      }
      await allRefused(wrong);
    });

    it("verifies no password when it was made by another algorithm, or is empty", async () => {
      const mixed = await add("mixed", hashOf("md5"), "rabbit_password_hashing_sha256");
      const none = await add("passwordless", "", "rabbit_password_hashing_sha256");
      await allRefused([[mixed, password], [none, password], [none, ""]]);
    });

    it("exported by RabbitMQ 3.10 verifies its password", async () => {
      const wrong: [string, string][] = [];
      for (const [algorithm, base64] of EXPORTED_HASHES) {
        const name = await add("exported", base64, algorithm);
        await logIn(name, EXPORTED_PASSWORD);
        wrong.push([name, `${EXPORTED_PASSWORD} `]);
      }
      await allRefused(wrong);
    });
  });

  describe("a user with a name and password of any characters", () => {
    const texts = [
      "é",
      "e\u0301",
      "مرحبا",
      "\u202eadmin",
      "🐇".repeat(20),
      " a b ",
      "a:b@c/d?e#f%",
      "x".repeat(200),
      "é".repeat(128),
      "👩‍👩‍👧",
    ];
    const users = texts.map((text, index) => ({
      name: unique(text),
      password: `${text}${index}`,
      ...EVERYTHING,
    }));
    before(() => makeUsers(broker, users));

    it("logs in by PLAIN, and with no other password", async () => {
      for (const { name, password } of users) await logIn(name, password);
      await allRefused(users.map(({ name }, index) => [name, users[(index + 1) % users.length].password]));
    });
  });
}
