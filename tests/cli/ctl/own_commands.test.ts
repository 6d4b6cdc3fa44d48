import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, afterEach, beforeEach, describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { COMMANDS } from "../../../src/cli/ctl/commands.ts";
import { topLines } from "../../../src/cli/ctl/commands/top.ts";
import { messageLines } from "../../../src/cli/ctl/message_lines.ts";
import { runTool } from "../../../src/cli/ctl/run.ts";
import { displayWidth } from "../../../src/cli/display_width.ts";
import { ENGLISH } from "../../../src/cli/texts/say.ts";
import { OWN_COMMANDS } from "../../../src/cli/own_commands.ts";
import { HttpClient } from "../../http/http_client.ts";
import { englishWords } from "../texts/english_words.ts";
import { KeptTerminal } from "./kept_terminal.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(() => rmSync(folder, { recursive: true }));

describe("HareMQ's own commands", () => {
  let broker: Broker;
  let http: HttpClient;
  beforeEach(async () => {
    broker = new Broker();
    http = new HttpClient(broker);
    for (const queue of ["orders", "other"]) await http.put(`/api/queues/%2F/${queue}`);
  });
  afterEach(() => broker.close());

  const surroundings = {
    environment: (name: string) => name === "HAREMQ_URL" ? "http://localhost" : undefined,
    socketFetcher: () => () => Promise.reject(new Error("unused")),
    fetch: (url: string, init: RequestInit) => broker.fetch(new Request(url, init), { isLoopback: true }),
    stateOf: () => "missing" as const,
    listeningSockets: () => [],
  };

  const start = (terminal: KeptTerminal, ...args: string[]) => runTool("haremq", args, terminal, surroundings);

  async function run(...args: string[]): Promise<string> {
    const terminal = new KeptTerminal(folder);
    assert.equal(await start(terminal, ...args), 0, terminal.stderr);
    return terminal.stdout;
  }

  async function send(lines: string[], ...args: string[]): Promise<KeptTerminal & { exitCode?: number }> {
    const terminal: KeptTerminal & { exitCode?: number } = new KeptTerminal(folder);
    terminal.input.push(lines);
    terminal.exitCode = await start(terminal, "send", ...args);
    return terminal;
  }

  const jsonLines = (text: string) => text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));

  it("are all that haremq runs by their names", () => {
    const names = COMMANDS.filter(({ tools }) => tools.includes("haremq")).map(({ name }) => name);
    assert.deepEqual(names, [...OWN_COMMANDS]);
  });

  it("send lines and receive them again", async () => {
    await send(["one", "", "three"], "-q", "orders");
    assert.equal(await run("receive", "-q", "orders", "--count", "3"), "one\n\nthree\n");
    assert.equal(await run("receive", "-q", "orders", "--wait", "1"), "");
  });

  it("send and receive JSON with properties", async () => {
    const message = { payload: "AAE=", payload_encoding: "base64", properties: { type: "t" } };
    await send([JSON.stringify(message)], "--json", "-e", "amq.default", "-k", "orders");
    const [received] = jsonLines(await run("receive", "--json", "-q", "orders", "--count", "1"));
    assert.equal(received.payload, "\u0000\u0001");
    assert.deepEqual(received.properties, { type: "t" });
    assert.equal(received.token, undefined);
  });

  it("send what was received on to the queue that is named", async () => {
    await send(["one"], "-q", "orders", "--properties", '{"type":"t"}');
    const received = await run("receive", "--json", "-q", "orders", "--count", "1");
    await send([received.trim()], "--json", "-q", "other");
    const [sent] = jsonLines(await run("receive", "--json", "-q", "other", "--count", "1", "--wait", "1"));
    assert.deepEqual([sent.payload, sent.routing_key, sent.properties], ["one", "other", { type: "t" }]);
  });

  it("refuse JSON without a payload, which would be sent as an empty message", async () => {
    const { exitCode, stderr } = await send(['{"body":"x"}'], "--json", "-q", "orders");
    assert.equal(exitCode, 65);
    assert.match(stderr, /line 1 has no payload: \{"body":"x"\}/);
    assert.equal(await run("receive", "-q", "orders", "--wait", "1"), "");
  });

  it("say what was not routed, and which line is wrong", async () => {
    const lost = await send(["a", "b"], "-q", "nowhere");
    assert.equal(lost.exitCode, 69);
    assert.match(lost.stderr, /0 routed, 2 unroutable, 0 refused/);
    const wrong = await send(['{"payload":""}', "rubbish"], "--json", "-q", "orders");
    assert.equal(wrong.exitCode, 65);
    assert.match(wrong.stderr, /line 2 is no JSON object: rubbish/);
  });

  it("peek without a change", async () => {
    await send(["one", "two"], "-q", "orders", "--properties", '{"type":"t"}');
    for (let round = 0; round < 2; round++) {
      const messages = jsonLines(await run("peek", "--json", "orders"));
      assert.deepEqual(messages.map(({ payload, redelivered }) => [payload, redelivered]), [["one", false], [
        "two",
        false,
      ]]);
    }
    assert.equal(
      await run("peek", "--count", "1", "orders"),
      '(default exchange) -> orders (3 bytes)\n  type: "t"\none\n\n',
    );
  });

  it("move and copy messages", async () => {
    await send(["one", "two", "three"], "-q", "orders");
    assert.equal(await run("move", "orders", "other", "--count", "1"), "1 moved, 0 skipped, 0 refused\n");
    assert.equal(await run("move", "--copy", "--json", "orders", "other"), '{"copied":2,"skipped":0,"refused":0}\n');
    const moved = jsonLines(await run("peek", "--json", "other"));
    assert.deepEqual(moved.map(({ payload }) => payload), ["one", "two", "three"]);
    assert.equal(jsonLines(await run("peek", "--json", "orders")).length, 2);
  });

  it("resend dead letters to where they died", async () => {
    const table = { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "other", "x-max-length": 1 };
    await http.put("/api/queues/%2F/short", { arguments: table });
    await send(["one", "two"], "-q", "short");
    assert.equal(await run("resend", "other", "--reason", "expired"), "0 resent, 1 skipped, 0 refused\n");
    assert.equal(await run("resend", "other", "--last", "--from", "other"), "0 resent, 1 skipped, 0 refused\n");
    await http.delete("/api/queues/%2F/short/contents");
    assert.equal(
      await run("resend", "other", "--reason", "maxlen", "--from", "short"),
      "1 resent, 0 skipped, 0 refused\n",
    );
    assert.equal(await run("receive", "-q", "short", "--count", "1"), "one\n");
  });

  it("show the route of a message", async () => {
    await http.put("/api/exchanges/%2F/fan", { type: "fanout" });
    await http.post("/api/bindings/%2F/e/amq.topic/e/fan", { routing_key: "a.*" });
    await http.post("/api/bindings/%2F/e/fan/q/orders", { routing_key: "" });
    assert.equal(
      await run("route", "amq.topic", "a.b"),
      "amq.topic (a.*) -> exchange fan -> queue orders\n",
    );
    assert.equal(await run("route", "amq.topic", "b"), "No queue gets it.\n");
    assert.equal(jsonLines(await run("route", "--json", "amq.default", "other"))[0].routed, true);
  });

  it("show what goes through an exchange, and leave no queue", async () => {
    const terminal = new KeptTerminal(folder);
    const ended = start(terminal, "tail", "--json", "-e", "amq.topic", "-k", "a.#", "--count", "1");
    while (
      !(await http.post("/api/exchanges/%2F/amq.topic/publish", {
        routing_key: "a.b",
        payload: "hello",
        payload_encoding: "string",
        properties: {},
      })).json.routed
    );
    assert.equal(await ended, 0);
    assert.equal(jsonLines(terminal.stdout)[0].payload, "hello");
    assert.deepEqual((await http.get("/api/queues")).json.map(({ name }: { name: string }) => name), [
      "orders",
      "other",
    ]);
  });

  it("end when they are stopped", async () => {
    const terminal = new KeptTerminal(folder);
    const ended = start(terminal, "tail", "-e", "amq.fanout");
    terminal.stop.abort();
    assert.equal(await ended, 0);
    assert.equal((await http.get("/api/queues")).json.length, 2);
  });

  it("show what comes into a queue, and leave it there", async () => {
    const terminal = new KeptTerminal(folder);
    const before = Number((await http.get("/api/queues/%2F/orders")).json.messages);
    const ended = start(terminal, "tail", "-q", "orders", "--json", "--count", "1");
    let sent = 0;
    for (let isOver = false; !isOver; sent++) {
      await send(["hello"], "-q", "orders");
      isOver = await Promise.race([
        ended.then(() => true),
        new Promise<false>((resolve) => setTimeout(resolve, 20, false)),
      ]);
    }
    assert.equal(await ended, 0);
    const shown = jsonLines(terminal.stdout);
    assert.deepEqual(shown.map(({ payload, routing_key }) => [payload, routing_key]), [["hello", "orders"]]);
    assert.equal((await http.get("/api/queues/%2F/orders")).json.messages, before + sent);
    assert.equal(await run("tail", "-q", "orders", "--wait", "1"), "");
  });

  it("show a stream from now on", async () => {
    await http.put("/api/queues/%2F/log", { durable: true, arguments: { "x-queue-type": "stream" } });
    assert.equal(await run("tail", "-q", "log", "--wait", "1"), "");
  });

  it("show the broker at a glance", async () => {
    await send(["one", "two"], "-q", "other");
    const lines = (await run("top")).split("\n");
    assert.match(lines[0], /0 connections .*2 queues/);
    assert.match(lines.find((line) => line.startsWith("other"))!, /^other +2 +0 /);
    assert.ok(lines.every((line) => line.length <= 80));
    assert.equal(jsonLines(await run("top", "--json", "--count", "1"))[0].queues.length, 2);
  });

  it("speak Russian where the locale does", async () => {
    const inRussian = async (...args: string[]) => {
      const terminal = new KeptTerminal(folder);
      const environment = (name: string) => name === "LANG" ? "ru_RU.UTF-8" : surroundings.environment(name);
      await runTool("haremq", args, terminal, { ...surroundings, environment });
      return terminal.stdout + terminal.stderr;
    };
    await send(["one", "two"], "-q", "orders");
    const texts = await Promise.all([
      inRussian("top"),
      inRussian("peek", "orders"),
      inRussian("route", "amq.default", "orders"),
      inRussian("route", "amq.topic", "x"),
      inRussian("tail"),
      inRussian("receive"),
      inRussian("peek", "orders", "--count", "0"),
      inRussian("top", "--sort", "x"),
    ]);
    texts.push(await inRussian("move", "orders", "other"), await inRussian("move", "--copy", "other", "orders"));
    assert.match(texts[0], /^Очередь +Готово +Неподтв\. +Вх\.\/с +Исх\.\/с +Потребит\.$/m);
    assert.ok(texts[1].includes("(обменник по умолчанию) -> orders (байт: 3)"));
    assert.ok(texts[2].includes("(обменник по умолчанию) (orders) -> очередь orders"), texts[2]);
    assert.ok(texts.includes("перемещено: 2, пропущено: 0, отклонено: 0\n"));
    const known = new Set(
      "haremq top peek route tail receive move orders other one two in out messages unacked classic".split(" "),
    );
    for (const text of texts) {
      const prose = text.split("\n").filter((line) => !line.startsWith("haremq [--node") && !line.startsWith("\t"));
      assert.deepEqual(englishWords(prose.join("\n"), known), [], text);
    }
  });

  it("explain mistakes", async () => {
    const mistakes = [
      [["tail"], /name either a queue or an exchange/],
      [["receive"], /name a queue with -q/],
      [["peek", "orders", "--count", "0"], /--count must be a positive integer: received 0/],
      [["route", "amq.topic", "--properties", "x"], /--properties must be a JSON object .*: received x/],
      [["top", "--sort", "x"], /--sort must be one of messages, unacked, in, out: received x/],
    ] as const;
    for (const [args, text] of mistakes) {
      const terminal = new KeptTerminal(folder);
      assert.equal(await start(terminal, ...args), 64);
      assert.match(terminal.stderr, text);
    }
  });
});

describe("a message for people", () => {
  it("has no control characters that a terminal obeys", () => {
    const lines = messageLines(
      { exchange: "", routing_key: "k", payload: "a\x1b[2Jb\tc\nd", payload_bytes: 9 },
      false,
      ENGLISH,
    );
    assert.equal(lines[1], "a\\x1b[2Jb\tc\nd");
  });
});

describe("the table of top", () => {
  for (const width of [80, 200]) {
    it(`fits into ${width} columns`, () => {
      const queue = { vhost: "/", name: "q".repeat(200), messages_ready: 12, consumers: 1 };
      const lines = topLines({}, [queue], width, false, ENGLISH);
      assert.ok(lines.every((line) => line.length <= width));
      assert.match(lines.at(-1)!, /^q+\.\.\. +12 +0 +0 +0 +1$/);
    });
  }

  it("has names with wide characters aligned, and no control characters", () => {
    const queues = ["注文", "a\x1b[2Jb", "plain"].map((name) => ({ vhost: "/", name, consumers: 7 }));
    const lines = topLines({}, queues, 80, false, ENGLISH).slice(-3);
    assert.deepEqual(lines.map((line) => displayWidth(line.slice(0, line.indexOf("7")))), [69, 69, 69]);
    assert.ok(lines[1].startsWith("a\\x1b[2Jb "));
  });
});
