import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exportSPKI, generateKeyPair, SignJWT } from "jose";
import { AccessControl, Broker, HttpBackend, OAuth2Backend } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../fake_clock.ts";

/** Waits for something on another thread, such as a signature. */
async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; !isSo() && i < 2000; i++) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.ok(isSo());
}

describe("a web server that answers logins slowly", () => {
  it("delays its own logins, and nobody else's work", async () => {
    const answers: (() => void)[] = [];
    const fetch = (url: string) =>
      new Promise<Response>((resolve) => {
        const answer = () => resolve(new Response("allow"));
        if (new URL(url).searchParams.get("username") === "slow") answers.push(answer);
        else answer();
      });
    const broker = new Broker({
      access: ({ internal, clock }) =>
        new AccessControl({ auth_backends: [internal, new HttpBackend({}, fetch, clock)] }, clock),
    });
    let isOpen = false;
    const slow = InProcessClient.open(broker, { user: "slow", password: "x" }).then((
      client,
    ) => (isOpen = true, client));
    const guest = await InProcessClient.open(broker);
    await guest.request(1, "queue.declare", { queue: "q" });
    guest.publish(1, { routingKey: "q", body: "one" });
    await settled();
    assert.equal(broker.vhost("/").queue("q").messageCount, 1);
    assert.deepEqual([isOpen, answers.length], [false, 1]);
    // The login, the virtual host and each permission are asked for one by one.
    const answering = setInterval(() => answers.splice(0).forEach((answer) => answer()), 1);
    const client = await slow;
    await client.request(1, "queue.declare", { queue: "mine" });
    clearInterval(answering);
  });

  it("and not in time refuses them", async () => {
    const clock = new FakeClock();
    const broker = new Broker({
      clock,
      access: ({ clock }) =>
        new AccessControl({
          auth_backends: [new HttpBackend({ request_timeout: 1000 }, () => new Promise(() => {}), clock)],
        }, clock),
    });
    const client = new InProcessClient(broker);
    const login = client.logIn({ user: "carrot", password: "hunter2" }).catch(() => {});
    await settled();
    await clock.advance(1000);
    await login;
    const { replyCode, replyText } = await client.receive(0, "connection.close");
    assert.equal(replyCode, 403);
    assert.doesNotMatch(replyText, /hunter2/);
  });
});

describe("a token", () => {
  async function tokens(clock: FakeClock) {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    const options = { resource_server_id: "rabbitmq", signing_keys: { one: await exportSPKI(publicKey) } };
    const backend = new OAuth2Backend(options, () => Promise.reject(new Error("nothing is to be fetched")), clock);
    const sign = (scope: string, lastsSeconds: number) =>
      new SignJWT({ aud: "rabbitmq", sub: "carrot", scope, exp: Math.floor(clock.time() / 1000) + lastsSeconds })
        .setProtectedHeader({ alg: "RS256", kid: "one" }).sign(privateKey);
    return { backend, sign };
  }

  it("opens a connection until it expires, or longer when it is renewed", async () => {
    const clock = new FakeClock();
    const { backend, sign } = await tokens(clock);
    const broker = new Broker({ clock, access: ({ clock }) => new AccessControl({ auth_backends: [backend] }, clock) });
    const password = await sign("rabbitmq.configure:*/mine* rabbitmq.read:*/*", 60);
    const client = await InProcessClient.open(broker, { user: "", password });
    await client.request(1, "queue.declare", { queue: "mine" });
    client.send(1, "queue.declare", { queue: "theirs" });
    assert.match((await client.receive(1, "channel.close")).replyText, /refused for user 'carrot'/);
    client.send(1, "channel.close-ok");

    const newSecret = new TextEncoder().encode(await sign("rabbitmq.configure:*/* rabbitmq.read:*/*", 120));
    client.send(0, "connection.update-secret", { newSecret });
    await client.receive(0, "connection.update-secret-ok");
    client.send(1, "channel.open");
    await client.receive(1, "channel.open-ok");
    await clock.advance(61_000);
    await client.request(1, "queue.declare", { queue: "theirs" });
    await clock.advance(60_000);
    const { replyCode, replyText } = await client.receive(0, "connection.close");
    assert.deepEqual([replyCode, replyText], [320, "CONNECTION_FORCED - credential expired"]);
  });

  it("that is invalid is logged without its text", async () => {
    const clock = new FakeClock();
    const { backend, sign } = await tokens(clock);
    const lines: string[] = [];
    const broker = new Broker({
      clock,
      access: ({ clock }) => new AccessControl({ auth_backends: [backend] }, clock),
      log: (_level, line) => lines.push(line),
    });
    const token = await sign("rabbitmq.read:*/*", -1);
    await new InProcessClient(broker).logIn({ user: "any", password: token }).catch(() => {});
    await until(() => lines.some((line) => line.includes("login refused")));
    assert.ok(!lines.join().includes(token.split(".")[1]));
  });
});

describe("wrong passwords of one peer, over connections", () => {
  it("are answered later and later, while another peer logs in and works", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    broker.users.add({ name: "carrot", password: "crunch" });
    broker.users.permit("carrot", "/");
    const attacker = { peer: { host: "192.0.2.66", port: 1234 } };
    const clients = Array.from({ length: 300 }, () => new InProcessClient(broker, attacker));
    for (const client of clients) client.logIn({ user: "carrot", password: "wrong" }).catch(() => {});
    await settled();
    const other = { user: "carrot", password: "crunch", peer: { host: "192.0.2.1", port: 1234 } };
    const client = await InProcessClient.open(broker, other);
    await client.request(1, "queue.declare", { queue: "q" });
    // Five are answered at once, a hundred wait, and the others are refused at once too.
    const waiting = [...broker.connections].filter(({ user }) => user === undefined).length;
    assert.ok(waiting >= 100, `${waiting} wait`);
    await clock.advance(2000);
    for (const one of clients) assert.equal((await one.receive(0, "connection.close")).replyCode, 403);
  });
});
