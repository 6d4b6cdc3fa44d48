import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { runtime } from "../../src/runtime/current.ts";
import { pathOf, pem } from "../certificates/certificates.ts";
import { ConfiguredBroker } from "../security/configured_broker.ts";
import { CACHE } from "./cache.ts";
import { freePort } from "./free_port.ts";

const MODULE = `${CACHE}/oidc-provider-9.13.3/node_modules/oidc-provider/lib/index.js`;
const LONG_SECONDS = 600;

describe("tokens of an OpenID provider", () => {
  let provider: ChildProcess;
  let issuer: string;
  let broker: ConfiguredBroker;
  before(async () => {
    const port = await freePort();
    issuer = `https://localhost:${port}`;
    const args = [new URL("openid_provider.mjs", import.meta.url).pathname, MODULE, pathOf("."), String(port)];
    provider = spawn("node", args, { stdio: ["ignore", "pipe", "inherit"] });
    await once(provider.stdout!, "data");
    broker = await ConfiguredBroker.start(
      [
        "auth_backends.1 = oauth2",
        "auth_oauth2.resource_server_id = rabbit",
        `auth_oauth2.issuer = ${issuer}`,
        `auth_oauth2.https.cacertfile = ${pathOf("authority.pem")}`,
        "auth_oauth2.https.depth = 1",
      ],
      {},
      { hasManagement: true },
    );
  });
  after(async () => {
    await broker.close();
    provider.kill();
  });

  /** Gets a token by the grant for client credentials. */
  async function token(
    client: string,
    { audience = "rabbit", seconds = LONG_SECONDS, scope = "" } = {},
  ): Promise<string> {
    const fetch = runtime.fetcher({ ca: pem("authority.pem") });
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      resource: `https://${audience}.example/${seconds}`,
      ...scope === "" ? {} : { scope },
    });
    const answer = await fetch(`${issuer}/token`, {
      method: "POST",
      body: String(body),
      headers: {
        authorization: `Basic ${btoa(`${client}:secret-of-${client}`)}`,
        "content-type": "application/x-www-form-urlencoded",
      },
    });
    const { access_token: token, ...others } = await answer.json();
    assert.equal(typeof token, "string", JSON.stringify(others));
    return token;
  }

  const HARE = "rabbit.configure:*/* rabbit.write:*/* rabbit.read:*/* rabbit.tag:management";
  const TORTOISE = "rabbit.configure:*/tortoise* rabbit.read:*/tortoise*";

  it("let clients in, by keys that the issuer's metadata lead to, to what their scopes name", async () => {
    const password = await token("tortoise", { scope: TORTOISE });
    await using client = await broker.open({ user: "", password, channels: [1, 2] });
    await client.request(1, "queue.declare", { queue: "tortoise-1", exclusive: true });
    client.send(1, "queue.declare", { queue: "hare-1", exclusive: true });
    const [code, text] = await client.receiveClose(1);
    assert.deepEqual([code, text], [
      403,
      "ACCESS_REFUSED - configure access to queue 'hare-1' in vhost '/' refused for user 'tortoise'",
    ]);
    client.publish(2, { exchange: "amq.fanout", routingKey: "", body: "message" });
    assert.match((await client.receiveClose(2))[1], /write access to exchange 'amq\.fanout'/);
  });

  it("let clients in to the management API by their tags", async () => {
    const whoami = async (scope: string) => {
      const authorization = `Bearer ${await token("hare", { scope })}`;
      return await fetch(`${broker.managementUrl}/api/whoami`, { headers: { authorization } });
    };
    const answer = await whoami(HARE);
    assert.deepEqual(await answer.json(), { name: "hare", tags: ["management"], is_internal_user: false });
    assert.equal((await whoami("rabbit.read:*/*")).status, 401);
  });

  it("are refused when they were altered, signed by another key, or are for another audience", async () => {
    const right = await token("hare", { scope: HARE });
    const [header, claims, signature] = right.split(".");
    const altered = btoa(atob(claims.replaceAll("-", "+").replaceAll("_", "/")).replace("hare", "here"))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const wrong = [
      [header, altered, signature].join("."),
      [header, claims, `${signature.slice(0, -6)}AAAAAA`].join("."),
      await token("hare", { scope: HARE, audience: "elsewhere" }),
      "secret-of-hare",
    ];
    for (const password of wrong) assert.equal((await broker.refusal({ user: "hare", password }))[0], 403, password);
  });

  it("end the connection when they expire, unless they were renewed by update-secret", async () => {
    const short = () => token("hare", { scope: HARE, seconds: 2 });
    await using expiring = await broker.open({ user: "", password: await short() });
    await using renewed = await broker.open({ user: "", password: await short() });
    const newSecret = new TextEncoder().encode(await token("hare", { scope: HARE }));
    await renewed.request(0, "connection.update-secret", { newSecret, reason: "expires soon" });
    assert.match(String(await expiring.receiveClose(0)), /^\d+,.*expired/);
    await renewed.request(1, "queue.declare", { queue: "hare-2", exclusive: true });
  });

  it("are renewed by pika", async () => {
    const program = [
      "import os, pika, ssl, time",
      "url = pika.URLParameters(os.environ['AMQP_URL'])",
      "url.credentials = pika.PlainCredentials('', os.environ['SHORT'])",
      "connection = pika.BlockingConnection(url)",
      "connection.update_secret(os.environ['LONG'], 'expires soon')",
      "connection.sleep(3)",
      "connection.channel().queue_declare('pika', exclusive=True)",
      "connection.close()",
      "print('ok')",
    ].join("\n");
    const { host, port } = broker.address;
    const env = {
      // Debian's package of pika has no update_secret yet.
      PYTHONPATH: `${CACHE}/pika-1.3.2`,
      PYTHONDONTWRITEBYTECODE: "1",
      AMQP_URL: `amqp://${host}:${port}/`,
      SHORT: await token("hare", { scope: HARE, seconds: 2 }),
      LONG: await token("hare", { scope: HARE }),
    };
    const { stdout } = await promisify(execFile)("/usr/bin/python3", ["-c", program], { env });
    assert.equal(stdout, "ok\n");
  });
});
