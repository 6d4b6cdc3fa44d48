import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startWebBroker, type WebBroker } from "../../websocket/web_broker.ts";
import { type PageServer, serveBundled } from "../bundled.ts";
import { launchChromium } from "../chromium.ts";
import type { Exchanged } from "./page.ts";

const PAGE = `<!doctype html><title>Page</title><script type="module" src="/page.js"></script>`;

describe("a page in a browser that speaks AMQP over WebSocket", () => {
  let pages: PageServer;
  let browser: Browser;
  let server: WebBroker;
  let page: Page;

  before(async () => {
    [pages, browser] = await Promise.all([
      serveBundled(["tests/browser/web_amqp/page.ts"], { "/": PAGE }),
      launchChromium(),
    ]);
    server = await startWebBroker({ webAmqp: { allowOrigins: [pages.origin] } });
    page = await browser.newPage();
    await page.goto(pages.origin);
    await page.waitForFunction("globalThis.exchange !== undefined");
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    await pages?.[Symbol.asyncDispose]();
  });

  const address = ({ port }: WebBroker) => `ws://127.0.0.1:${port}/ws/amqp`;

  it("publishes with confirms and consumes by a client library, and is told what is wrong", async () => {
    const { received, refusal } = await page.evaluate(`exchange("${address(server)}", 100, 1000000)`) as Exchanged;
    const messages = Array.from({ length: 100 }, (_, at) => `message ${at}`);
    assert.deepEqual(received, [...messages, "1000000 bytes"]);
    assert.match(refusal, /PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'page'/);
    assert.equal(server.broker.vhost("/").queue("page").messageCount, 0);
  });

  it("gets in with the subprotocol, from an allowed page or the broker's own, and not from others", async () => {
    const open = (url: string) => page.evaluate(`open("${url}", ["amqp"])`);
    assert.equal(await open(address(server)), "open with amqp");
    const strict = await startWebBroker();
    try {
      assert.equal(await open(address(strict)), "closed with 1006");
      const own = await browser.newPage();
      await own.goto(`http://127.0.0.1:${strict.port}/`);
      const opened = await own.evaluate(`new Promise((resolve) => {
        const socket = new WebSocket("${address(strict)}", "amqp");
        socket.onopen = () => resolve("open");
        socket.onclose = ({ code }) => resolve(code);
      })`);
      assert.equal(opened, "open");
      await own.close();
    } finally {
      await strict.close();
    }
  });
});
