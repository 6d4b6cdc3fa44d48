import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AccessControl } from "../../src/access/access_control.ts";
import type { Backend, BackendUser } from "../../src/access/backend.ts";
import { CacheBackend, type CacheBackendOptions } from "../../src/access/cache_backend.ts";
import { InternalBackend } from "../../src/access/internal_backend.ts";
import { MapUsers } from "./internal_users.ts";
import { ManualClock } from "./manual_clock.ts";

const peer = { isLoopback: true, host: "192.0.2.1" };
const context = { peer };
const carrot = { name: "carrot", tags: [] };
const random = (bytes: Uint8Array) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
const queueOf = (name: string) => ({ vhost: "/", kind: "queue", name }) as const;

/** A backend that answers late, counts the questions, and refuses what begins with "no". */
class Counted implements Backend {
  readonly name = "counted";
  count = 0;
  expiresAtMs: number | undefined;

  authenticate({ username, password }: { username: string; password?: string }) {
    return this.#later(password === "crunch" ? this.#user(username) : { refused: "invalid credentials" });
  }
  authorize = ({ username }: { username: string }) => this.#later(this.#user(username));
  mayOpen = (_user: BackendUser, vhost: string) => this.#later(!vhost.startsWith("no"));
  may = (_user: BackendUser, _operation: string, { name }: { name: string }) => this.#later(!name.startsWith("no"));
  mayUseTopic = (_user: BackendUser, _operation: string, { routingKey }: { routingKey: string }) =>
    this.#later(!routingKey.startsWith("no"));

  #user(name: string): BackendUser {
    return this.expiresAtMs === undefined ? { name, tags: [] } : { name, tags: [], expiresAtMs: this.expiresAtMs };
  }
  #later<T>(answer: T): Promise<T> {
    this.count++;
    return Promise.resolve(answer);
  }
}

function cached(options: Partial<CacheBackendOptions> = {}, entriesMax?: number) {
  const clock = new ManualClock();
  const backend = new Counted();
  const cache = new CacheBackend({ cached_backend: backend, ...options }, clock, random, entriesMax);
  return { clock, backend, cache };
}

describe("the cache backend", () => {
  it("answers a repeated question at once, for fifteen seconds", async () => {
    const { clock, backend, cache } = cached();
    const login = { username: "carrot", password: "crunch", peer };
    const topic = { vhost: "/", exchange: "amq.topic", routingKey: "a" };
    const questions = [
      () => cache.authenticate(login),
      () => cache.authorize(login),
      () => cache.mayOpen(carrot, "/", context),
      () => cache.may(carrot, "read", queueOf("q"), context),
      () => cache.mayUseTopic(carrot, "read", topic, context),
    ];
    for (const ask of questions) {
      const answer = await ask();
      assert.deepEqual(ask(), answer);
    }
    assert.equal(backend.count, questions.length);
    clock.advance(14_999);
    for (const ask of questions) assert.ok(!(ask() instanceof Promise));
    clock.advance(1);
    for (const ask of questions) assert.ok(ask() instanceof Promise);
  });

  it("asks again for anything that differs", async () => {
    const { backend, cache } = cached();
    const login = { username: "carrot", password: "crunch", peer };
    await cache.authenticate(login);
    await cache.authenticate({ ...login, username: "beet" });
    await cache.authenticate({ ...login, peer: { ...peer, isLoopback: false } });
    await cache.authenticate({ username: "carrot", peer });
    await cache.may(carrot, "read", queueOf("q"), context);
    await cache.may(carrot, "write", queueOf("q"), context);
    await cache.may(carrot, "read", { ...queueOf("q"), kind: "exchange" }, context);
    await cache.may(carrot, "read", { ...queueOf("q"), vhost: "v" }, context);
    await cache.may({ ...carrot, tags: ["a"] }, "read", queueOf("q"), context);
    await cache.may({ ...carrot, state: {} }, "read", queueOf("q"), context);
    await cache.may({ ...carrot, state: {} }, "read", queueOf("q"), context);
    await cache.may(carrot, "read", queueOf("q"), { peer, clientId: "c" });
    assert.equal(backend.count, 12);
  });

  it("caches refusals only when it is configured to", async () => {
    const ask = async ({ cache }: ReturnType<typeof cached>) => {
      await cache.authenticate({ username: "carrot", password: "munch", peer });
      await cache.may(carrot, "read", queueOf("no"), context);
    };
    for (const [options, count] of [[{}, 4], [{ cache_refusals: true }, 2]] as const) {
      const all = cached(options);
      await ask(all);
      await ask(all);
      assert.equal(all.backend.count, count);
    }
  });

  it("does not take a wrong password for a cached right one", async () => {
    const { cache } = cached();
    await cache.authenticate({ username: "carrot", password: "crunch", peer });
    for (const password of ["crunc", "crunch ", "", "CRUNCH"]) {
      assert.ok("refused" in await cache.authenticate({ username: "carrot", password, peer }));
    }
  });

  it("does not cache failures", async () => {
    const { backend, cache } = cached({ cache_refusals: true });
    backend.mayOpen = () => (backend.count++, Promise.reject(new Error("down")));
    for (let i = 0; i < 2; i++) await assert.rejects(async () => await cache.mayOpen(carrot, "/", context), /down/);
    assert.equal(backend.count, 2);
  });

  it("caches a user no longer than its credentials are valid", async () => {
    const { clock, backend, cache } = cached();
    backend.expiresAtMs = clock.time() + 5000;
    const login = { username: "carrot", password: "crunch", peer };
    await cache.authenticate(login);
    clock.advance(4999);
    assert.ok(!(cache.authenticate(login) instanceof Promise));
    clock.advance(1);
    assert.ok(cache.authenticate(login) instanceof Promise);
  });

  it("caches a bounded number of answers, the newest ones", async () => {
    const { clock, cache } = cached({}, 100);
    for (let i = 0; i < 1000; i++) await cache.may(carrot, "read", queueOf(`q${i}`), context);
    assert.equal(cache.size, 100);
    assert.ok(!(cache.may(carrot, "read", queueOf("q999"), context) instanceof Promise));
    const forgotten = cache.may(carrot, "read", queueOf("q899"), context);
    assert.ok(forgotten instanceof Promise);
    await forgotten;
    clock.advance(15_000);
    await cache.may(carrot, "read", queueOf("new"), context);
    assert.equal(cache.size, 1);
    cache.clear();
    assert.equal(cache.size, 0);
  });

  it("drops answers that the backend reports as changed", () => {
    const users = new MapUsers();
    const cache = new CacheBackend({ cached_backend: new InternalBackend(users) }, new ManualClock(), random);
    users.permit("carrot", "/", { configure: "", write: "", read: "q" });
    assert.equal(cache.may(carrot, "read", queueOf("q"), context), true);
    users.permit("carrot", "/", { configure: "", write: "", read: "" });
    assert.equal(cache.may(carrot, "read", queueOf("q"), context), false);
  });

  it("asks one backend for authentication and another for authorization", async () => {
    const clock = new ManualClock();
    const [authn, authz] = [new Counted(), new Counted()];
    const cache = new CacheBackend({ cached_backend: { authn, authz } }, clock, random);
    const access = new AccessControl({ auth_backends: [cache] }, clock);
    const user = await access.login({ username: "carrot", password: "crunch", peer });
    assert.ok("name" in user);
    assert.equal(await access.mayOpen(user, "/", context), true);
    assert.equal(await access.may(user, "read", queueOf("no"), context), false);
    assert.deepEqual([authn.count, authz.count], [1, 3]);
  });
});
