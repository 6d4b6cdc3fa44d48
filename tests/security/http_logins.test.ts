import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { exportSPKI, generateKeyPair, SignJWT } from "jose";
import { ConfiguredBroker } from "./configured_broker.ts";

const ATTEMPTS = 300;
/** Number of connections that try passwords at a time. */
const TOGETHER = 50;

describe("three hundred wrong passwords for the management API", () => {
  let broker: ConfiguredBroker;
  before(async () => {
    broker = await ConfiguredBroker.start([], {}, { hasManagement: true });
  });
  after(() => broker.close());

  const whoami = async (password: string): Promise<number> => {
    const headers = { authorization: `Basic ${btoa(`guest:${password}`)}`, connection: "close" };
    const response = await fetch(`${broker.managementUrl}/api/whoami`, { headers });
    await response.body?.cancel();
    return response.status;
  };

  it("are all refused and slowed down, while a right one is accepted at once, and AMQP is served", async () => {
    const startedMs = performance.now();
    let attempts = 0;
    const guess = async () => {
      while (attempts < ATTEMPTS) assert.equal(await whoami(`guess ${attempts++}`), 401);
    };
    await broker.servesWhile(async () => {
      const guesses = Promise.all(Array.from({ length: TOGETHER }, guess));
      assert.equal(await whoami("guest"), 200);
      await guesses;
    });
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs > 5000, `${ATTEMPTS} guesses took ${tookMs} ms`);
    assert.equal(await whoami("guest"), 200);
  });
});

describe("a token for the management API", () => {
  it("is accepted for its audience only, and for its time", async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    const stranger = (await generateKeyPair("RS256")).privateKey;
    const broker = await ConfiguredBroker.start(
      [
        "auth_backends.1 = oauth2",
        "auth_oauth2.resource_server_id = rabbitmq",
        "auth_oauth2.signing_keys.one = FOLDER/key.pem",
      ],
      { "key.pem": await exportSPKI(publicKey) },
      { hasManagement: true },
    );
    try {
      const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
      const sign = (claims: object, key = privateKey) =>
        new SignJWT({ aud: "rabbitmq", exp: inSeconds(600), scope: "rabbitmq.tag:administrator", ...claims })
          .setProtectedHeader({ alg: "RS256", kid: "one" }).sign(key);
      const ask = async (token: string): Promise<number> => {
        const headers = { authorization: `Bearer ${token}` };
        const response = await fetch(`${broker.managementUrl}/api/whoami`, { headers });
        await response.body?.cancel();
        return response.status;
      };
      assert.equal(await ask(await sign({ sub: "carrot" })), 200);
      assert.equal(await ask(await sign({ aud: "another" })), 401);
      assert.equal(await ask(await sign({ aud: ["another", "third"] })), 401);
      assert.equal(await ask(await sign({ exp: inSeconds(-10) })), 401);
      assert.equal(await ask(await sign({}, stranger)), 401);
      assert.equal(await ask(await sign({ scope: "rabbitmq.read:*/*" })), 401);
      assert.equal(await ask("no.token.at-all"), 401);
    } finally {
      await broker.close();
    }
  });
});
