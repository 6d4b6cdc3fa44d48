import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accessControlOf, type AuthBackendsOptions, backendName } from "../../src/access/auth_backends.ts";
import { mechanismsOf } from "../../src/access/auth_mechanisms.ts";
import type { Fetch } from "../../src/access/bounded_fetch.ts";
import { InternalBackend } from "../../src/access/internal_backend.ts";
import { FakeDirectory } from "./ldap/fake_directory.ts";
import { MapUsers } from "./internal_users.ts";
import { ManualClock } from "./manual_clock.ts";

const peer = { isLoopback: true };
const context = { peer };
const login = { username: "carrot", password: "crunch", peer };

function make(options: AuthBackendsOptions, openDirectory?: () => Promise<FakeDirectory>) {
  const users = new MapUsers();
  users.add("carrot", "other", ["management"]);
  users.permit("carrot", "/", { configure: "", write: "", read: "" });
  const asked: string[] = [];
  const fetchForHttp: Fetch = (url) => {
    asked.push(new URL(url).pathname);
    return Promise.resolve(new Response("allow"));
  };
  const access = accessControlOf(options, {
    internal: new InternalBackend(users),
    clock: new ManualClock(),
    log: () => {},
    randomBytes: (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
    fetchForHttp,
    fetchForOAuth2: () => Promise.reject(new Error("nothing is to be fetched")),
    openDirectory,
  });
  return { access, asked };
}

describe("the keys of backends", () => {
  it("ask the broker's own users by default", async () => {
    const { access } = make({});
    assert.ok("refused" in await access.login(login));
    assert.ok("name" in await access.login({ ...login, password: "other" }));
  });

  it("ask backends in their order, and keep authn and authz apart", async () => {
    const chained = make({ auth_backends: ["internal", "http"] });
    assert.ok("name" in await chained.access.login(login));
    assert.deepEqual(chained.asked, ["/auth/user"]);
    const apart = make({ auth_backends: [{ authn: "http", authz: "internal" }] });
    const user = await apart.access.login(login);
    assert.ok("name" in user);
    assert.deepEqual(user.tags, ["management"]);
    assert.deepEqual([apart.access.mayOpen(user, "/", context), apart.access.mayOpen(user, "v", context)], [
      true,
      false,
    ]);
    assert.deepEqual(apart.asked, ["/auth/user"]);
  });

  it("put the cache in front of others", async () => {
    const auth_cache = { cached_backend: { authn: "http", authz: "internal" } } as const;
    const { access, asked } = make({ auth_backends: ["cache"], auth_cache });
    for (let i = 0; i < 3; i++) assert.ok("name" in await access.login(login));
    assert.deepEqual(asked, ["/auth/user"]);
  });

  it("include directories and tokens", async () => {
    const directory = new FakeDirectory({ "cn=carrot": { userPassword: ["crunch"] } });
    const options = { auth_backends: ["oauth2", "ldap"], auth_oauth2: { resource_server_id: "rabbitmq" } } as const;
    const { access } = make(
      { ...options, auth_ldap: { user_dn_pattern: "cn=${username}" } },
      () => Promise.resolve(directory),
    );
    assert.ok("name" in await access.login(login));
  });

  it("are refused with the name of what is missing", () => {
    const none = "auth_cache.cached_backend";
    assert.throws(() => make({ auth_backends: ["cache"] }), { message: `${none} is not set` });
    const auth_cache = { cached_backend: "cache" } as const;
    assert.throws(() => make({ auth_backends: ["cache"], auth_cache }), { message: `${none} must not be cache` });
    assert.throws(() => make({ auth_backends: ["ldap"] }), { message: "auth_ldap.servers is not set" });
    assert.throws(() => make({ auth_backends: ["oauth2"] }), { message: "auth_oauth2.resource_server_id is not set" });
    assert.throws(() => make({ auth_backends: [] }), RangeError);
  });

  it("name a backend by its name or its module", () => {
    assert.deepEqual(["http", "rabbit_auth_backend_http", "rabbit_auth_backend_ldap"].map(backendName), [
      "http",
      "http",
      "ldap",
    ]);
    assert.deepEqual(["amqp", "toString", ""].map(backendName), [undefined, undefined, undefined]);
  });
});

describe("the keys of mechanisms", () => {
  const namesOf = (options: Parameters<typeof mechanismsOf>[0]) => mechanismsOf(options).map(({ name }) => name);

  it("offer PLAIN and AMQPLAIN by default", () => {
    assert.deepEqual(namesOf({}), ["PLAIN", "AMQPLAIN"]);
  });

  it("offer what they name, in that order", () => {
    const auth_mechanisms = ["EXTERNAL", "RABBIT-CR-DEMO", "PLAIN"] as const;
    assert.deepEqual(namesOf({ auth_mechanisms }), ["EXTERNAL", "RABBIT-CR-DEMO", "PLAIN"]);
  });

  it("offer ANONYMOUS only where it has a user", () => {
    const anonymous_login_pass = "crunch";
    assert.deepEqual(namesOf({ anonymous_login_user: "nobody", anonymous_login_pass }), [
      "PLAIN",
      "AMQPLAIN",
      "ANONYMOUS",
    ]);
    assert.deepEqual(namesOf({ anonymous_login_user: "none", anonymous_login_pass }), ["PLAIN", "AMQPLAIN"]);
    assert.deepEqual(namesOf({ auth_mechanisms: ["ANONYMOUS"], anonymous_login_user: "nobody" }), []);
  });
});
