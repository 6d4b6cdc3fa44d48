import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Credentials, Refusal, User } from "../../src/access/access.ts";
import { AccessControl } from "../../src/access/access_control.ts";
import type { Backend, BackendUser } from "../../src/access/backend.ts";
import { InternalBackend } from "../../src/access/internal_backend.ts";
import { settled } from "../fake_clock.ts";
import { MapUsers } from "./internal_users.ts";
import { ManualClock } from "./manual_clock.ts";

const peer = { isLoopback: true };
const context = { peer };
const EVERYTHING = { configure: ".*", write: ".*", read: ".*" };
const queue = { vhost: "/", kind: "queue", name: "q" } as const;

/** Makes a backend that knows every user, permits everything, and notes each question. */
function fake(name: string, answers: Partial<Backend> = {}): Backend & { readonly asked: string[] } {
  const asked: string[] = [];
  const note = <T>(what: string, answer: T): T => (asked.push(what), answer);
  return {
    name,
    asked,
    authenticate: (credentials) =>
      note(`authenticate ${credentials.username}`, { name: credentials.username, tags: [`${name}-n`] }),
    authorize: (credentials) =>
      note(`authorize ${credentials.username} ${credentials.password}`, {
        name: credentials.username,
        tags: [`${name}-z`],
        state: name,
      }),
    mayOpen: (user: BackendUser) => note(`mayOpen ${user.tags} ${user.state}`, true),
    may: () => note("may", true),
    mayUseTopic: () => note("mayUseTopic", true),
    ...answers,
  };
}

const refusing = (name: string) => fake(name, { authenticate: () => ({ refused: `not by ${name}` }) });

function internal(name = "carrot", password = "crunch"): InternalBackend {
  const users = new MapUsers();
  users.add(name, password, ["monitoring"]);
  users.permit(name, "/", EVERYTHING);
  return new InternalBackend(users);
}

async function logIn(access: AccessControl, credentials: Partial<Credentials> = {}): Promise<User> {
  const user = await access.login({ username: "carrot", password: "crunch", peer, ...credentials });
  assert.ok(!("refused" in user), JSON.stringify(user));
  return user;
}

describe("access control", () => {
  it("asks one backend after the other until one knows the user, and that one for permissions", async () => {
    const [first, last] = [refusing("first"), fake("last")];
    const access = new AccessControl({ auth_backends: [first, internal(), last] }, new ManualClock());
    const user = await logIn(access);
    assert.deepEqual([user.name, user.tags], ["carrot", ["monitoring"]]);
    assert.equal(access.mayOpen(user, "/", context), true);
    assert.equal(access.may(user, "read", queue, context), true);
    assert.equal(access.mayUseTopic(user, "read", { vhost: "/", exchange: "e", routingKey: "k" }, context), true);
    assert.equal(access.mayOpen(user, "other", context), false);
    assert.deepEqual([first.asked, last.asked], [[], []]);
    const other = await logIn(access, { username: "beet" });
    assert.deepEqual(other.tags, ["last-n"]);
    assert.equal(access.mayOpen(other, "other", context), true);
  });

  it("refuses a user whom no backend knows, with the reason of the last one, and logs those of the others", async () => {
    const lines: string[] = [];
    const log = (level: string, line: string) => lines.push(`${level}: ${line}`);
    const access = new AccessControl({ auth_backends: [refusing("a"), refusing("b")] }, new ManualClock(), log);
    assert.deepEqual(await access.login({ username: "carrot", password: "x", peer }), { refused: "not by b" });
    assert.deepEqual(lines, ["debug: backend a refused a login of user 'carrot': not by a"]);
  });

  it("asks separate backends for authorization, all of which must agree", async () => {
    let isPermitted = true;
    const [authn, authz] = [fake("authn"), fake("authz")];
    const strict = fake("strict", { may: () => isPermitted });
    const access = new AccessControl({ auth_backends: [{ authn, authz: [authz, strict] }] }, new ManualClock());
    const user = await logIn(access);
    assert.deepEqual(user.tags, ["authn-n", "authz-z", "strict-z"]);
    assert.deepEqual(authz.asked, ["authorize carrot crunch"]);
    assert.equal(access.mayOpen(user, "/", context), true);
    assert.equal(access.may(user, "read", queue, context), true);
    isPermitted = false;
    assert.equal(access.may(user, "read", queue, context), false);
    assert.deepEqual(authn.asked, ["authenticate carrot"]);
    assert.deepEqual(authz.asked.slice(1), ["mayOpen authn-n,authz-z,strict-z authz", "may", "may"]);
  });

  it("goes on to the next entry when authentication knows a user and authorization does not", async () => {
    const entry = { authn: fake("authn"), authz: internal("beet") };
    const access = new AccessControl({ auth_backends: [entry, internal()] }, new ManualClock());
    assert.deepEqual((await logIn(access)).tags, ["monitoring"]);
    assert.deepEqual((await logIn(access, { username: "beet" })).tags, ["authn-n", "monitoring"]);
  });

  it("uses the name that a backend has found", async () => {
    const authn = fake("authn", { authenticate: () => ({ name: "carrot", tags: [] }) });
    const access = new AccessControl({ auth_backends: [{ authn, authz: internal() }] }, new ManualClock());
    const user = await logIn(access, { username: "", password: "a token" });
    assert.deepEqual([user.name, access.mayOpen(user, "/", context)], ["carrot", true]);
  });

  it("refuses a loopback user from elsewhere, whatever backend knows it", async () => {
    const options = { auth_backends: [fake("any")] };
    const elsewhere = { username: "guest", password: "guest", peer: { isLoopback: false, host: "192.0.2.1" } };
    const clock = new ManualClock();
    const refusal = await new AccessControl(options, clock).login(elsewhere);
    assert.deepEqual(refusal, { refused: "user can only connect via localhost" });
    await logIn(new AccessControl(options, clock), { username: "guest" });
    await logIn(new AccessControl({ ...options, loopback_users: [] }, clock), elsewhere);
    await logIn(new AccessControl({ ...options, loopback_users: ["carrot"] }, clock), elsewhere);
  });

  it("binds other users to this machine from the next login on", async () => {
    const access = new AccessControl({ auth_backends: [fake("any")] }, new ManualClock());
    const elsewhere = { peer: { isLoopback: false, host: "192.0.2.1" } };
    const user = await logIn(access, elsewhere);
    access.loopbackUsers = ["carrot"];
    const credentials = { username: "carrot", password: "crunch", ...elsewhere };
    assert.deepEqual(await access.login(credentials), { refused: "user can only connect via localhost" });
    await logIn(access);
    assert.equal(access.mayOpen(user, "/", context), true);
    access.loopbackUsers = [];
    await logIn(access, { username: "guest" });
  });

  it("permits nothing to a user whom it has not authenticated", () => {
    const access = new AccessControl({ auth_backends: [internal()] }, new ManualClock());
    const user = { name: "carrot", tags: ["administrator"] };
    assert.equal(access.mayOpen(user, "/", context), false);
    assert.equal(access.may(user, "read", queue, context), false);
    assert.equal(access.mayUseTopic(user, "read", { vhost: "/", exchange: "e", routingKey: "k" }, context), false);
    assert.ok("refused" in (access.updateSecret(user, "new", context) as object));
  });

  it("has a version that rises with that of each backend", () => {
    const users = [new MapUsers(), new MapUsers(), new MapUsers()];
    const [a, b, c] = users.map((one) => new InternalBackend(one));
    const access = new AccessControl({ auth_backends: [a, { authn: b, authz: [c] }] }, new ManualClock());
    for (const one of users) {
      const before = access.version;
      one.add("carrot", "crunch");
      assert.ok(access.version > before);
    }
  });
});

describe("a backend that fails", () => {
  const failing = fake("broken", {
    authenticate: () => {
      throw new Error("no connection");
    },
    may: () => Promise.reject(new Error("no connection")),
    mayOpen: () => {
      throw new Error("no connection");
    },
  });

  it("refuses a login, is logged without the password, and the next backend is asked", async () => {
    const lines: string[] = [];
    const log = (level: string, line: string) => lines.push(`${level}: ${line}`);
    const access = new AccessControl({ auth_backends: [failing] }, new ManualClock(), log);
    const refusal = await access.login({ username: "carrot", password: "hunter2", peer });
    assert.deepEqual(refusal, { refused: "backend broken failed to answer" });
    assert.deepEqual(lines, ["error: backend broken failed to answer a login of user 'carrot': no connection"]);
    await logIn(new AccessControl({ auth_backends: [failing, internal()] }, new ManualClock()));
  });

  it("permits nothing", async () => {
    const access = new AccessControl({ auth_backends: [{ authn: fake("n"), authz: failing }] }, new ManualClock());
    const user = await logIn(access);
    assert.equal(await access.mayOpen(user, "/", context), false);
    assert.equal(await access.may(user, "read", queue, context), false);
  });

  it("or is slow delays its own logins and no others", async () => {
    let answer = (_user: BackendUser) => {};
    const slow = fake("slow", {
      authenticate: ({ username }) =>
        username === "late" ? new Promise((resolve) => answer = resolve) : { refused: "not mine" },
      may: () => new Promise(() => {}),
    });
    const access = new AccessControl({ auth_backends: [slow, internal()] }, new ManualClock());
    const late: (User | Refusal)[] = [];
    Promise.resolve(access.login({ username: "late", password: "x", peer })).then((user) => late.push(user));
    const user = await logIn(access);
    assert.equal(access.may(user, "read", queue, context), true);
    assert.equal(late.length, 0);
    answer({ name: "late", tags: [] });
    await settled();
    const [lateUser] = late;
    assert.ok("name" in lateUser && lateUser.name === "late");
    assert.ok(access.may(lateUser, "read", queue, context) instanceof Promise);
    assert.equal(access.may(user, "read", queue, context), true);
  });
});

describe("a new secret", () => {
  const expiring = (name: string, atMs: number): Backend =>
    fake(name, {
      authorize: () => ({ name: "carrot", tags: [`${name}-old`], expiresAtMs: atMs }),
      updateSecret: (_user, secret) =>
        secret === "bad" ? { refused: "not this one" } : { name: "carrot", tags: [secret], expiresAtMs: atMs + 1000 },
    });

  it("goes to each backend where the user's credentials expire, and its tags replace all others", async () => {
    const authz = [expiring("a", 5000), fake("b"), expiring("c", 3000)];
    const access = new AccessControl({ auth_backends: [{ authn: fake("n"), authz }] }, new ManualClock());
    const user = await logIn(access);
    assert.equal(user.expiresAtMs, 3000);
    const updated = await access.updateSecret(user, "new", context);
    assert.ok(!("refused" in updated));
    assert.deepEqual([updated.name, updated.tags, updated.expiresAtMs], ["carrot", ["new"], 4000]);
    assert.equal(access.mayOpen(updated, "/", context), true);
    assert.deepEqual(await access.updateSecret(user, "bad", context), { refused: "not this one" });
  });

  it("changes nothing for a user whose credentials don't expire", async () => {
    const access = new AccessControl({ auth_backends: [internal()] }, new ManualClock());
    const user = await logIn(access);
    assert.equal(await access.updateSecret(user, "new", context), user);
  });
});

describe("ten thousand wrong passwords from one peer", () => {
  it("are refused, slowly, while another peer logs in at once", async () => {
    const clock = new ManualClock();
    const access = new AccessControl({ auth_backends: [internal()] }, clock);
    const attacker = { isLoopback: false, host: "192.0.2.66" };
    const other = { isLoopback: false, host: "192.0.2.1" };
    let [refused, isRight] = [0, 0];
    const start = performance.now();
    for (let i = 0; i < 10_000; i++) {
      const password = i % 1000 === 999 ? "crunch" : `guess ${i}`;
      Promise.resolve(access.login({ username: "carrot", password, peer: attacker })).then((result) => {
        if ("refused" in result) refused++;
        else isRight++;
      });
      if (i % 100 === 0) {
        const login = access.login({ username: "carrot", password: "crunch", peer: other });
        assert.ok(!(login instanceof Promise) && "name" in login);
        clock.advance(10);
      }
    }
    clock.advance(2000);
    await settled();
    // While a hundred refusals wait, even a right guess is refused.
    assert.deepEqual([refused, isRight], [10_000, 0]);
    assert.ok(performance.now() - start < 5000);
    const later = access.login({ username: "carrot", password: "crunch", peer: attacker });
    assert.ok(!(later instanceof Promise) && "name" in later);
  });
});
