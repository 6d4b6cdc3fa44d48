import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import type { Fetch } from "../../src/access/bounded_fetch.ts";
import type { Span } from "../../src/broker/tracing/spans.ts";
import { BATCH_MAX, OtlpExporter, SEND_DELAY_MS } from "../../src/otlp/otlp_exporter.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { type CollectedSpan, collectInto, readExport } from "./collector.ts";

const SPAN: Span = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  parentSpanId: "00f067aa0ba902b7",
  traceState: "",
  name: "publish x",
  kind: "server",
  startMs: 1000,
  endMs: 1001,
  attributes: { text: "a", number: 1, flag: true },
};

function newExporter(fetch: Fetch, options: { queueMax?: number; timeoutMs?: number } = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = (level: string, line: string) => void lines.push(`${level}: ${line}`);
  const exporter = new OtlpExporter({ url: "http://collector/v1/traces", fetch, ...options }, {
    clock,
    version: "1",
    log,
  });
  return { clock, lines, exporter };
}

describe("the exporter of spans", () => {
  it("sends them over HTTP as JSON, with its headers and the attributes of its service", async () => {
    const requests: { path?: string; headers: Record<string, unknown>; spans: CollectedSpan[] }[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => body += chunk);
      request.on("end", () => {
        requests.push({ path: request.url, headers: request.headers, spans: readExport(body) });
        response.end("{}");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const exporter = new OtlpExporter({
      url: `http://127.0.0.1:${port}/v1/traces`,
      headers: { "api-key": "secret" },
      resource: { "service.name": "orders" },
    }, { clock: new FakeClock(), version: "1", log: () => {} });
    exporter.add(SPAN);
    await exporter.close();
    server.close();
    const [{ path, headers, spans: [span] }] = requests;
    assert.equal(path, "/v1/traces");
    assert.equal(headers["api-key"], "secret");
    assert.equal(headers["content-type"], "application/json");
    assert.deepEqual(span.resource, { "service.name": "orders" });
    assert.deepEqual(span.attributes, { text: "a", number: 1, flag: true });
    assert.deepEqual([span.startMs, span.endMs, span.kind], [1000, 1001, 2]);
  });

  it("waits for more spans, and sends many in batches", async () => {
    const spans: CollectedSpan[] = [];
    let requests = 0;
    const collect = collectInto(spans);
    const { clock, exporter } = newExporter((url, init) => (requests++, collect(url, init)));
    for (let i = 0; i < BATCH_MAX * 2 + 1; i++) exporter.add(SPAN);
    assert.equal(requests, 0);
    await clock.advance(SEND_DELAY_MS);
    assert.deepEqual([requests, spans.length], [2, BATCH_MAX * 2]);
    await clock.advance(SEND_DELAY_MS);
    assert.deepEqual([requests, spans.length, exporter.sentCount], [3, BATCH_MAX * 2 + 1, BATCH_MAX * 2 + 1]);
  });

  it("keeps a bounded number of spans while the collector is slow, and counts the others", async () => {
    let answer = (_: Response) => {};
    const { clock, exporter } = newExporter(() => new Promise<Response>((resolve) => answer = resolve), {
      queueMax: 10,
    });
    for (let i = 0; i < 12; i++) exporter.add(SPAN);
    assert.deepEqual([exporter.waitingCount, exporter.droppedCount], [10, 2]);
    await clock.advance(SEND_DELAY_MS);
    for (let i = 0; i < 5; i++) exporter.add(SPAN);
    assert.deepEqual([exporter.waitingCount, exporter.droppedCount], [10, 7]);
    answer(new Response("{}"));
    await settled();
    assert.deepEqual([exporter.waitingCount, exporter.sentCount], [0, 10]);
  });

  it("sends a batch again while the collector can't take it, then drops it, and logs an outage once", async () => {
    let requests = 0;
    let status = 503;
    const { clock, lines, exporter } = newExporter(() => {
      requests++;
      return Promise.resolve(new Response("", { status }));
    });
    exporter.add(SPAN);
    await clock.advance(SEND_DELAY_MS + 10_000);
    assert.deepEqual([requests, exporter.droppedCount, exporter.waitingCount], [4, 1, 0]);
    status = 200;
    exporter.add(SPAN);
    await clock.advance(SEND_DELAY_MS);
    assert.equal(exporter.sentCount, 1);
    assert.deepEqual(lines, [
      "warning: spans can't be sent: the collector answered 503",
      "info: spans are sent again",
    ]);
  });

  it("drops at once what the collector refuses", async () => {
    let requests = 0;
    const { clock, exporter } = newExporter(() => {
      requests++;
      return Promise.resolve(new Response("", { status: 400 }));
    });
    exporter.add(SPAN);
    await clock.advance(SEND_DELAY_MS + 10_000);
    assert.deepEqual([requests, exporter.droppedCount], [1, 1]);
  });

  it("gives up a request without an answer, and a collector that can't be reached", async () => {
    for (const fetch of [() => new Promise<Response>(() => {}), () => Promise.reject(new TypeError("refused"))]) {
      const { clock, exporter } = newExporter(fetch, { timeoutMs: 100 });
      exporter.add(SPAN);
      await clock.advance(SEND_DELAY_MS + 20_000);
      assert.deepEqual([exporter.droppedCount, exporter.waitingCount], [1, 0]);
      assert.equal(clock.timerCount, 0);
    }
  });

  it("sends what waits when it is closed, and takes no more", async () => {
    const spans: CollectedSpan[] = [];
    const { clock, exporter } = newExporter(collectInto(spans));
    exporter.add(SPAN);
    await exporter.close();
    exporter.add(SPAN);
    assert.deepEqual([spans.length, exporter.droppedCount, clock.timerCount], [1, 1, 0]);
  });

  it("is closed within its time limit though the collector is silent", async () => {
    const { clock, exporter } = newExporter(() => new Promise<Response>(() => {}));
    for (let i = 0; i < BATCH_MAX * 3; i++) exporter.add(SPAN);
    const closed = exporter.close();
    await clock.advance(2000);
    await closed;
    assert.equal(exporter.droppedCount, BATCH_MAX * 3);
  });
});
