import type { Channel } from "amqplib";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Broker } from "../../../mod.ts";
import type { Config } from "../../../src/config/config.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../../broker_under_test.ts";
import { connect } from "../../conformance/client.ts";
import { HttpClient } from "../../http/http_client.ts";
import { launchChromium } from "../chromium.ts";

/** A broker with its management page, a browser, and clients that make something to see. */
export interface BrokerWithPage extends AsyncDisposable {
  readonly broker: Broker;
  readonly server: BrokerUnderTest;
  readonly channel: Channel;
  readonly client: HttpClient;
  /** Address of the page, with a slash at its end. */
  readonly address: string;
  /** Opens the page in a profile of its own, and logs in unless the user is `null`. */
  open(hash?: string, options?: OpenOptions): Promise<Page>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** Name and password with a colon in between. Default: guest:guest. */
  readonly user?: string | null;
}

/**
 * Starts a broker on free ports, and a browser. Both end with the variable.
 *
 * @param prefix beginning of all paths, such as `/rabbit`.
 * @param config further configuration.
 * @param management further keys below `management`.
 */
export async function openBrokerWithPage(
  prefix = "",
  config: Config = {},
  management: Config["management"] = {},
): Promise<BrokerWithPage> {
  const keys = { ...management, tcp: { port: 0 }, path_prefix: prefix };
  const server = await startBrokerUnderTest({ config: { ...config, management: keys } });
  const broker = server.embedded!;
  const connection = await connect(server);
  const browser: Browser = await launchChromium();
  const client = new HttpClient(broker);
  const { json } = await client.get(`${prefix}/api/overview`);
  const { port } = json.listeners.find(({ protocol }: { protocol: string }) => protocol === "http");
  const address = `http://127.0.0.1:${port}${prefix}/`;
  return {
    broker,
    server,
    channel: await connection.createChannel(),
    client,
    address,
    async open(hash = "#/", { user = "guest:guest", ...options } = {}) {
      const context = await browser.newContext({ locale: "en-GB", ...options });
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error("Error in the page:", error));
      await page.goto(address + hash);
      if (user !== null) await logIn(page, user);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await connection.close();
      await server.close();
    },
  };
}

/** Fills the form of the login, and waits for the navigation. */
export async function logIn(page: Page, user: string): Promise<void> {
  const [name, password] = user.split(":");
  await page.locator("input[autocomplete=username]").fill(name);
  await page.locator("input[type=password]").fill(password);
  await page.locator("button[type=submit]").click();
  await page.locator("nav.nav").waitFor();
}
