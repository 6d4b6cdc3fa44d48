import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { en as common } from "../../ui/i18n/common_en.ts";
import { authorizationAddress, endSessionAddress, readAnswer } from "../../ui/oauth/authorization.ts";
import { LoginError, type LoginProblem } from "../../ui/oauth/login_problem.ts";
import { type OAuthLogin, renewalDelayMs } from "../../ui/oauth/oauth_login.ts";
import { challengeOf, randomText } from "../../ui/oauth/pkce.ts";
import { ProviderClient, type Tokens } from "../../ui/oauth/provider_client.ts";
import { Renewal } from "../../ui/oauth/renewal.ts";
import { type AuthSettings, waysToLogIn, withChoice } from "../../ui/oauth/ways_to_log_in.ts";
import { en } from "../../ui/pages/login/en.ts";
import { problemText } from "../../ui/pages/login/problem_text.ts";
import { ManualClock } from "../access/manual_clock.ts";
import { settled } from "../fake_clock.ts";

const server = (id: string, more: object = {}) => ({ id, oauth_provider_url: `https://${id}.example`, ...more });
const SETTINGS: AuthSettings = {
  oauth_enabled: true,
  oauth_disable_basic_auth: false,
  oauth_client_id: "page",
  oauth_resource_servers: { a: server("a"), b: server("b", { index: "1", label: "Bee", oauth_client_id: "own" }) },
};
const idsOf = (settings: AuthSettings) => waysToLogIn(settings).servers.map(({ id }) => id);
const refuses = (kind: LoginProblem["kind"]) => (error: unknown) =>
  error instanceof LoginError && error.problem.kind === kind;

describe("the ways to log in", () => {
  it("are name and password where OAuth 2 is off", () => {
    const ways = { servers: [], hasPassword: true, prefersPassword: true };
    assert.deepEqual(waysToLogIn({ oauth_enabled: false }), ways);
  });

  it("are the resource servers in the order of the configuration, with what all of them share", () => {
    const { servers, hasPassword, prefersPassword } = waysToLogIn(SETTINGS);
    assert.deepEqual(servers.map(({ id, label, clientId, scopes }) => [id, label, clientId, scopes]), [
      ["b", "Bee", "own", "openid profile"],
      ["a", "a", "page", "openid profile"],
    ]);
    assert.deepEqual([hasPassword, prefersPassword], [true, false]);
    assert.equal(waysToLogIn({ ...SETTINGS, oauth_disable_basic_auth: true }).hasPassword, false);
    assert.equal(
      waysToLogIn({ ...SETTINGS, oauth_initiated_logon_type: "idp_initiated" }).servers[0].isIdpInitiated,
      true,
    );
  });

  it("are one where a choice is strict, and begin with the one that is preferred", () => {
    const strict = withChoice(SETTINGS, { strict_auth_mechanism: "oauth2:a" });
    assert.deepEqual([idsOf(strict), waysToLogIn(strict).hasPassword], [["a"], false]);
    const basic = withChoice(SETTINGS, { strict_auth_mechanism: "basic" });
    assert.deepEqual([idsOf(basic), waysToLogIn(basic).hasPassword], [[], true]);
    assert.deepEqual(idsOf(withChoice(SETTINGS, { preferred_auth_mechanism: "oauth2:a" })), ["a", "b"]);
    assert.equal(waysToLogIn(withChoice(SETTINGS, { preferred_auth_mechanism: "basic" })).prefersPassword, true);
    for (const wrong of ["oauth2:c", "other", ""]) {
      assert.deepEqual(idsOf(withChoice(SETTINGS, { strict_auth_mechanism: wrong })), ["b", "a"], wrong);
    }
  });

  it("are never none, whatever is chosen", () => {
    const only = { ...SETTINGS, oauth_disable_basic_auth: true };
    assert.deepEqual(idsOf(withChoice(only, { strict_auth_mechanism: "basic" })), ["b", "a"]);
  });
});

describe("a login at a provider", () => {
  const pending = {
    serverId: "a",
    clientId: "page",
    state: "s",
    verifier: "v",
    returnTo: "#/queues",
    issuer: "https://a.example",
    endSession: undefined,
  };

  it("has the challenge of RFC 7636, and texts that differ", () => {
    assert.equal(
      challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
      "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    );
    assert.match(randomText(), /^[\w-]{43}$/);
    assert.notEqual(randomText(), randomText());
  });

  it("begins at an address with all that the provider needs, which parameters of the configuration do not replace", () => {
    const [a] = waysToLogIn({ ...SETTINGS, oauth_resource_servers: { a: server("a") } }).servers;
    const chosen = { ...a, params: { resource: "r", state: "fixed", code_challenge_method: "plain" } };
    const metadata = { authorization_endpoint: "https://a.example/authorize?tenant=t" };
    const url = new URL(authorizationAddress(chosen, metadata, pending, "http://here/callback"));
    assert.equal(url.origin + url.pathname, "https://a.example/authorize");
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      tenant: "t",
      resource: "r",
      response_type: "code",
      client_id: "page",
      redirect_uri: "http://here/callback",
      scope: "openid profile",
      state: "s",
      code_challenge: challengeOf("v"),
      code_challenge_method: "S256",
    });
  });

  it("takes the answer to it alone", () => {
    assert.equal(readAnswer({ code: "c", state: "s", iss: "https://a.example" }, pending).code, "c");
    assert.throws(() => readAnswer({ code: "c", state: "s" }, undefined), refuses("state"));
    assert.throws(() => readAnswer({ code: "c", state: "t" }, pending), refuses("state"));
    assert.throws(() => readAnswer({ code: "c" }, pending), refuses("state"));
    assert.throws(() => readAnswer({ code: "c", state: "s", iss: "https://b.example" }, pending), refuses("issuer"));
    assert.throws(() => readAnswer({ error: "no", state: "s" }, pending), refuses("provider"));
    assert.throws(() => readAnswer({ state: "s" }, pending), refuses("provider"));
  });

  it("ends at an address that leads back", () => {
    const address = endSessionAddress("https://a.example/end?x=1", {
      idToken: "t",
      clientId: "page",
      returnTo: "http://here/",
    });
    assert.equal(
      address,
      "https://a.example/end?x=1&id_token_hint=t&client_id=page&post_logout_redirect_uri=http%3A%2F%2Fhere%2F",
    );
  });

  it("that fails is explained, whatever the reason", () => {
    const problems: LoginProblem[] = [
      { kind: "refused" },
      { kind: "expired" },
      { kind: "state" },
      { kind: "issuer" },
      { kind: "provider", reason: "no" },
      { kind: "unreachable" },
      { kind: "token" },
      { kind: "tag" },
      { kind: "idp_initiated" },
    ];
    const texts = problems.map((problem) => problemText(problem, en, common));
    assert.equal(new Set(texts).size, problems.length);
    assert.equal(texts[4], "The provider refuses the login: no");
  });
});

describe("the client of providers", () => {
  function clientOf(answer: () => Response | Promise<Response>) {
    const requests: Request[] = [];
    const client = new ProviderClient({
      base: "http://broker/rabbit/",
      fetch: (input, init) => {
        requests.push(new Request(input, init));
        return Promise.resolve(answer());
      },
    });
    return { client, requests };
  }

  it("asks the broker, which asks the provider", async () => {
    const { client, requests } = clientOf(() => Response.json({ access_token: "a", expires_in: "60", id_token: "i" }));
    const tokens = await client.tokensForCode({ serverId: "a/b", verifier: "v" }, "c");
    assert.deepEqual(tokens, { accessToken: "a", refreshToken: undefined, idToken: "i", lifetimeMs: 60_000 });
    await client.renewedTokens("a", "r");
    assert.equal(requests[0].url, "http://broker/rabbit/js/oidc-oauth/token-endpoint/a%2Fb");
    assert.deepEqual(Object.fromEntries(new URLSearchParams(await requests[0].text())), {
      grant_type: "authorization_code",
      code: "c",
      redirect_uri: "http://broker/rabbit/js/oidc-oauth/login-callback.html",
      code_verifier: "v",
    });
    assert.equal(await requests[1].text(), "grant_type=refresh_token&refresh_token=r");
  });

  it("tells a refusal from a provider that can't be reached", async () => {
    const tokensOf = (answer: () => Response) => clientOf(answer).client.renewedTokens("a", "r");
    await assert.rejects(
      tokensOf(() => Response.json({ error: "invalid_grant" }, { status: 400 })),
      refuses("provider"),
    );
    await assert.rejects(
      tokensOf(() => Response.json({ error: "bad_gateway" }, { status: 502 })),
      refuses("unreachable"),
    );
    await assert.rejects(tokensOf(() => Response.json({})), refuses("unreachable"));
    await assert.rejects(tokensOf(() => new Response("no")), refuses("unreachable"));
    await assert.rejects(clientOf(() => Promise.reject(new TypeError())).client.metadata("a"), refuses("unreachable"));
    await assert.rejects(clientOf(() => Response.json({})).client.metadata("a"), refuses("unreachable"));
  });
});

describe("the renewal of a login", () => {
  const LIFETIME_MS = 600_000;

  function start(more: Partial<OAuthLogin> = {}) {
    const clock = new ManualClock();
    const answers: (Tokens | LoginError)[] = [];
    const renewed: OAuthLogin[] = [];
    const asked: string[] = [];
    let expirations = 0;
    const renewal = new Renewal({
      request(_, refreshToken) {
        asked.push(refreshToken);
        const answer = answers.shift()!;
        return answer instanceof LoginError ? Promise.reject(answer) : Promise.resolve(answer);
      },
      onRenewed: (login) => renewed.push(login),
      onExpired: () => expirations++,
      time: () => clock.time(),
      after: (ms, call) => clock.after(ms, call),
    });
    const now = clock.time();
    const login = {
      serverId: "a",
      clientId: "page",
      accessToken: "a0",
      refreshToken: "r0",
      expiresAtMs: now + LIFETIME_MS,
      renewAtMs: now + renewalDelayMs(LIFETIME_MS),
      ...more,
    };
    renewal.start(login);
    const advance = (ms: number) => {
      clock.advance(ms);
      return settled();
    };
    return { clock, renewal, answers, renewed, asked, advance, expirations: () => expirations };
  }

  const tokens = (number: number): Tokens => ({
    accessToken: `a${number}`,
    refreshToken: number === 1 ? "r1" : undefined,
    idToken: undefined,
    lifetimeMs: LIFETIME_MS,
  });

  it("comes a minute before the end, or after three quarters of a short life", () => {
    assert.deepEqual([600_000, 60_000, 4000].map(renewalDelayMs), [540_000, 45_000, 3000]);
  });

  it("goes on with the newest refresh token", async () => {
    const { answers, renewed, asked, advance, expirations } = start();
    answers.push(tokens(1), tokens(2), tokens(3));
    await advance(539_999);
    assert.deepEqual(asked, []);
    await advance(1);
    await advance(540_000);
    await advance(540_000);
    assert.deepEqual(asked, ["r0", "r1", "r1"]);
    assert.deepEqual([renewed.at(-1)!.accessToken, renewed.at(-1)!.refreshToken], ["a3", "r1"]);
    assert.equal(expirations(), 0);
  });

  it("is tried again while the provider can't be reached, until the end", async () => {
    const { answers, asked, advance, expirations } = start();
    answers.push(...Array.from({ length: 7 }, () => new LoginError({ kind: "unreachable" })));
    await advance(540_000);
    for (let second = 0; second < 50; second += 10) await advance(10_000);
    assert.deepEqual([asked.length, expirations()], [6, 0]);
    await advance(10_000);
    assert.deepEqual([asked.length, expirations()], [7, 1]);
  });

  it("is not tried again when the provider refuses it", async () => {
    const { answers, asked, advance, expirations, clock } = start();
    answers.push(new LoginError({ kind: "provider", reason: "revoked" }));
    await advance(540_000);
    await advance(59_999);
    assert.deepEqual([asked.length, expirations()], [1, 0]);
    await advance(1);
    assert.deepEqual([asked.length, expirations(), clock.timerCount], [1, 1, 0]);
  });

  it("does not come without a refresh token: the login ends with its token", async () => {
    const { asked, advance, expirations } = start({ refreshToken: undefined });
    await advance(LIFETIME_MS);
    assert.deepEqual([asked.length, expirations()], [0, 1]);
  });

  it("has no timer when nothing tells the end, or after a logout", () => {
    assert.equal(start({ expiresAtMs: undefined, renewAtMs: undefined }).clock.timerCount, 0);
    const { renewal, clock } = start();
    renewal.stop();
    assert.equal(clock.timerCount, 0);
  });

  it("waits longer than a timer can", async () => {
    const atMs = new ManualClock().time() + 3 * 2 ** 31;
    const { answers, asked, advance } = start({ renewAtMs: atMs, expiresAtMs: atMs });
    answers.push(tokens(1));
    for (let part = 0; part < 3; part++) {
      await advance(2 ** 31 - 1);
      assert.deepEqual(asked, []);
    }
    await advance(3);
    assert.deepEqual(asked, ["r0"]);
  });

  it("uses a refresh token once when two renewals are asked for", async () => {
    const { renewal, answers, renewed, asked, advance } = start();
    answers.push(tokens(1), tokens(2));
    const both = [renewal.renew(), renewal.renew()];
    await advance(540_000);
    await Promise.all(both);
    assert.deepEqual([asked, renewed.length], [["r0"], 1]);
    await renewal.renew();
    assert.deepEqual(asked, ["r0", "r1"]);
  });

  it("that comes back after a logout changes nothing", async () => {
    const { renewal, answers, renewed, clock } = start();
    answers.push(tokens(1));
    const renewing = renewal.renew();
    renewal.stop();
    await renewing;
    assert.deepEqual([renewed.length, clock.timerCount], [0, 0]);
    await assert.rejects(renewal.renew(), refuses("expired"));
  });
});
