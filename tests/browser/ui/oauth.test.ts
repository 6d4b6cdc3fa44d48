import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { OpenIdProvider } from "../../http/oauth/openid_provider.ts";
import { type BrokerWithPage, openBrokerWithPage } from "./broker_with_page.ts";
import { assertAccessible, keepScreenshot } from "./look.ts";

/** Secret of the page's client, which must not reach the browser. */
const SECRET = "top-secret";

describe("a login to the page by OAuth 2", () => {
  let provider: OpenIdProvider;
  let fixture: BrokerWithPage;
  let page: Page;

  before(async () => {
    provider = await OpenIdProvider.start(SECRET);
    fixture = await openBrokerWithPage("/rabbit", {
      authBackends: { 1: { authn: "internal", authz: "internal" }, 2: { authn: "oauth2", authz: "oauth2" } },
      authOAuth2: { ...provider.backend, resource_servers: { warehouse: {} } },
    }, {
      oauth_enabled: true,
      oauth_disable_basic_auth: false,
      oauth_client_id: provider.clientId,
      oauth_client_secret: SECRET,
      oauth_resource_servers: {
        1: { id: "rabbitmq", label: "Shop" },
        2: { id: "warehouse", oauth_initiated_logon_type: "idp_initiated" },
      },
    });
    provider.portalTarget = `${fixture.address}login`;
  });

  after(async () => {
    await fixture[Symbol.asyncDispose]();
    provider.close();
  });

  afterEach(async () => {
    provider.isDown = false;
    provider.lifetimeSeconds = 600;
    await page.context().close();
  });

  const logInAs = async (person: string) => {
    await page.getByRole("button", { name: "Log in with Shop" }).click();
    await page.getByRole("button", { name: person }).click();
  };

  it("leads through the provider back to the page, and the logout ends it there", async () => {
    page = await fixture.open("#/queues", { user: null });
    const texts: string[] = [];
    page.on("response", (response) => void response.text().then((text) => texts.push(text), () => {}));
    await page.getByLabel("Password").waitFor();
    await assertAccessible(page);
    await logInAs("ada");
    await page.getByRole("heading", { name: "Queues and streams" }).waitFor();
    assert.equal(new URL(page.url()).search + new URL(page.url()).hash, "#/queues");
    await page.getByText("ada administrator").waitFor();
    assert.deepEqual(await page.context().cookies(), []);
    await page.reload();
    await page.getByText("ada administrator").waitFor();
    assert.ok(texts.length > 0 && texts.every((text) => !text.includes(SECRET)));
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Log in with Shop" }).waitFor();
    const { id_token_hint, ...logout } = provider.logouts.at(-1)!;
    assert.deepEqual(logout, { client_id: "page", post_logout_redirect_uri: fixture.address });
    assert.match(id_token_hint, /^ey/);
  });

  it("shows what the tags in the token allow, and says when they allow nothing", async () => {
    page = await fixture.open("#/", { user: null });
    await logInAs("mary");
    await page.getByText("mary management").waitFor();
    const nav = page.getByRole("navigation", { name: "Pages" });
    await nav.getByRole("link", { name: "Queues and streams" }).waitFor();
    assert.equal(await nav.getByRole("link", { name: "Users" }).count(), 0);
    await page.getByRole("button", { name: "Log out" }).click();
    await logInAs("nobody");
    assert.match(
      (await page.getByRole("alert").textContent())!,
      /needs a scope for a tag, such as rabbitmq\.tag:management\.$/,
    );
    await assertAccessible(page);
    await keepScreenshot(page, "login-refused");
    await page.getByRole("link", { name: "Log out at the provider" }).click();
    await page.getByRole("button", { name: "Log in with Shop" }).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
  });

  it("is renewed before its token expires, and ends when that can't be done", async () => {
    provider.lifetimeSeconds = 2;
    page = await fixture.open("#/", { user: null });
    await logInAs("ada");
    await page.getByText("ada administrator").waitFor();
    const renewed = page.waitForResponse((response) =>
      response.request().postData()?.includes("refresh_token") === true
    );
    assert.equal((await renewed).status(), 200);
    assert.ok(await page.getByText("ada administrator").isVisible());
    provider.isDown = true;
    await page.getByText("Your login has expired. Log in again.").waitFor();
  });

  it("is refused with a wrong state, and what was begun can be ended", async () => {
    page = await fixture.open("#/", { user: null });
    const callback = `${fixture.address}js/oidc-oauth/login-callback.html`;
    await page.goto(`${callback}?code=stolen&state=wrong`);
    assert.match((await page.getByRole("alert").textContent())!, /Log in again, and stay in this tab\.$/);
    assert.equal(new URL(page.url()).hash, "#/login");
    await logInAs("refuse");
    assert.equal(await page.getByRole("alert").textContent(), "The provider refuses the login: Somebody said no");
    await logInAs("ada");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    // Nor does such an answer end a login.
    await page.goto(`${callback}?code=stolen&state=wrong`);
    await page.getByText("ada administrator").waitFor();
    assert.equal(new URL(page.url()).hash, "#/");
  });

  it("says that the provider is down, and names and passwords work meanwhile", async () => {
    provider.isDown = true;
    page = await fixture.open("#/", { user: null });
    await page.getByRole("button", { name: "Log in with Shop" }).click();
    assert.match((await page.getByRole("alert").textContent())!, /^The provider can't be reached/);
    await page.getByLabel("Name").fill("guest");
    await page.getByLabel("Password").fill("guest");
    await page.getByRole("button", { name: "Log in", exact: true }).click();
    await page.getByText("guest administrator").waitFor();
  });

  it("begins at the provider's portal, where that is configured, and ends there", async () => {
    page = await fixture.open("#/", { user: null });
    await page.getByRole("button", { name: "Log in with warehouse" }).click();
    await page.getByRole("button", { name: "Broker" }).click();
    await page.getByText("mary management").waitFor();
    assert.equal(new URL(page.url()).hash, "#/");
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Broker" }).waitFor();
  });

  it("is the only way where a link says so", async () => {
    page = await fixture.open("#/", { user: null });
    await page.goto(`${fixture.address}login?strict_auth_mechanism=oauth2:rabbitmq`);
    await page.getByRole("button", { name: "Log in with Shop" }).waitFor();
    assert.equal(await page.getByLabel("Password").count(), 0);
  });
});
