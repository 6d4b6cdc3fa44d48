import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parametersOf } from "../../../src/cli/perf/parameters.ts";
import { Run } from "../../../src/cli/perf/run.ts";
import { parseSwitches } from "../../../src/cli/perf/switches.ts";
import { PropertiesView } from "../../../src/wire/properties.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../../broker_under_test.ts";

const FILES = {
  readTextFile: (path: string): string => readFileSync(path, "utf8"),
  readFile: (path: string): Uint8Array => new Uint8Array(readFileSync(path)),
};

describe("a run of rabbitmq-perf-test", () => {
  let broker: BrokerUnderTest;
  let folder: string;
  before(async () => {
    broker = await startBrokerUnderTest();
    folder = mkdtempSync(join(tmpdir(), "haremq-perf-"));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await broker.close();
  });

  /** Runs to the end, and returns the lines and when each was written. In milliseconds. */
  async function perf(args: string, onLine: (text: string) => void = () => {}) {
    const lines: string[] = [];
    const times: number[] = [];
    const switches = parseSwitches(["-d", "t", ...args.split(" "), "-h", broker.url]);
    await new Run(parametersOf(switches, new Date(), FILES), {
      line(text) {
        lines.push(text);
        times.push(performance.now());
        onLine(text);
      },
      record() {},
      progress() {},
    }).run();
    const timeOf = (text: string): number => times[lines.findIndex((line) => line.startsWith(text))];
    return { lines, timeOf };
  }

  const COMPLETE = "id: t, messages lost: 0, repeated: 0, out of order: 0";

  /** Returns the bodies in a queue with their content types. */
  function messagesIn(queue: string) {
    const { node } = broker.embedded!;
    const all: { readonly body: Uint8Array; readonly contentType: string | undefined }[] = [];
    node.vhosts.get("/")!.queues.get(queue)!.forEachHeld((message) => {
      const { contentType } = new PropertiesView(node.messages.header(message));
      all.push({ body: node.messages.body(message), contentType });
    });
    return all;
  }

  function file(name: string, body: string): string {
    const path = join(folder, name);
    writeFileSync(path, body);
    return path;
  }

  describe("with bodies from files", () => {
    it("takes them in turn, with their content type", async () => {
      const files = `${file("one", "first")},${file("two", "")},${file("three", "x".repeat(200_000))}`;
      await perf(`-y0 -u own-bodies -p -ad false -C 4 -T text/plain -B ${files}`);
      const messages = messagesIn("own-bodies");
      assert.deepEqual(messages.map(({ body }) => body.length), [5, 0, 200_000, 5]);
      assert.equal(new TextDecoder().decode(messages[0].body), "first");
      assert.deepEqual([...new Set(messages.map(({ contentType }) => contentType))], ["text/plain"]);
    });

    for (
      const [how, args] of Object.entries({
        "as fast as possible": "-c 50 -q 100 -A 10",
        "one after the other": "-L 100 -a",
        "of several producers with properties": "-x 2 -X 2 -y 2 -u own-several -mp priority=3,tenant=a -f persistent",
      })
    ) {
      it(`counts each message and its latency ${how}`, async () => {
        const { lines } = await perf(`${args} -C 100 -B ${file("one", "first")},${file("large", "y".repeat(150_000))}`);
        assert.equal(lines.at(-1), COMPLETE);
        const latency = lines.findLast((line) => line.includes("consumer latency min")) ?? "";
        const [, minimum, maximum] = /max (\d+)\/.*\/(\d+) µs/.exec(latency) ?? [];
        assert.ok(Number(minimum) > 0 && Number(maximum) < 20_000_000, latency);
      });
    }

    it("tells which file is none", async () => {
      await assert.rejects(perf(`-B ${join(folder, "none")}`), /^PerfError: .*none isn't a valid body file: /);
    });
  });

  it("publishes random JSON", async () => {
    await perf("-y0 -u own-json -p -ad false -C 50 -jb -s 500 -bc 3");
    const messages = messagesIn("own-json");
    const texts = new Set(messages.map(({ body }) => new TextDecoder().decode(body)));
    assert.ok(messages.length === 50 && texts.size <= 3 && texts.size > 1);
    for (const text of texts) assert.equal(typeof JSON.parse(text), "object");
    assert.ok(messages.every(({ contentType }) => contentType === "application/json"));
    const { lines } = await perf("-jb -s 2000 -C 200 -c 20 -y 2 -u own-json-counted");
    assert.equal(lines.at(-1), COMPLETE);
  });

  it("delays each consumer when they start slowly", async () => {
    const { lines, timeOf } = await perf("-S -y 2 -C 5 -u slow");
    const delays = lines.filter((line) => line === "Delaying start by 1 second because -S/--slow-start was requested");
    assert.equal(delays.length, 2);
    assert.ok(timeOf("test stopped") - timeOf("Delaying start") > 1950);
    assert.equal(lines.at(-1), COMPLETE);
  });

  it("lets producers go ahead of consumers that start later", async () => {
    const { lines } = await perf("-csd 1 -C 30 -D 30 -u ahead");
    assert.ok(lines.includes("test stopped (Producer reached message limit, Consumer reached message limit)"));
    const latency = lines.findLast((line) => line.includes("consumer latency min")) ?? "";
    assert.ok(Number(/max (\d+)\//.exec(latency)?.[1]) > 800_000, latency);
    const { lines: unstarted } = await perf("-csd 100 -C 30 -u never-consumed");
    assert.ok(unstarted.includes("test stopped (Producer reached message limit)"));
  });

  it("lets each producer wait for a random time", async () => {
    const { lines, timeOf } = await perf("-x 20 -C 1 -prsd 1 -u random-start");
    const waitedMs = timeOf("test stopped") - timeOf("id: t, starting producer #19, channel");
    assert.ok(waitedMs > 500 && waitedMs < 2000, `${waitedMs}`);
    assert.equal(lines.at(-1), COMPLETE);
  });

  it("connects producers that publish nothing at a rate of 0", async () => {
    const { lines } = await perf("-r 0 -z 1 -u standstill");
    assert.ok(lines.includes("id: t, sending rate avg: 0 msg/s"), lines.join("\n"));
  });

  for (
    const [how, args] of Object.entries({
      "share a queue": "-Y 3 -y 2 -u channels-shared -q 20 -A 5",
      "have a queue each": "-Y 3 -x 3 -qp channels-%d -qpf 1 -qpt 3",
      "have queues of the broker's naming": "-Y 3 -a -s 200000",
      "have slow messages": "-Y 4 -L 500 -u channels-slow -q 3",
      "poll in transactions": "-Y 2 -po -n 4 -u channels-polled",
    })
  ) {
    it(`counts each message once and in order when channels of a connection ${how}`, async () => {
      let connections = 0;
      const { lines } = await perf(`${args} -C 60`, (line) => {
        if (line.includes("channel #1")) connections = broker.embedded!.connections.size;
      });
      assert.equal(lines.at(-1), COMPLETE);
      assert.ok(lines.includes("id: t, starting consumer #0, channel #1"));
      assert.ok(connections > 0 && connections < 4, `${connections}`);
    });
  }

  it("limits the rate and the number of messages of each channel", async () => {
    const limited = await perf("-Y 3 -R 40 -D 30 -u channels-limited -q 10");
    assert.ok(limited.lines.includes("test stopped (Consumer reached message limit [3])"), limited.lines.join("\n"));
    const seconds = (limited.timeOf("test stopped") - limited.timeOf("id: t, starting producer #0, channel")) / 1000;
    assert.ok(seconds > 0.6 && seconds < 3, `${seconds}`);
    const unequal = await perf("-Y 2 -D 100 -x 2 -L 10 -qp channels-unequal-%d -qpf 1 -qpt 2 -s 5000");
    assert.ok(unequal.lines.includes("test stopped (Consumer reached message limit [2])"), unequal.lines.join("\n"));
  });

  it("takes queues from a file, one for each producer and consumer in turn", async () => {
    const { lines } = await perf(`-x 2 -y 2 -C 20 -qf ${file("queues", "from-file-1\nfrom-file-2\n")} -ad false`);
    assert.equal(lines.at(-1), COMPLETE);
    const { queues } = broker.embedded!.node.vhosts.get("/")!;
    assert.ok(queues.has("from-file-1") && queues.has("from-file-2"));
  });

  it("asks for a largest frame, and keeps to it", async () => {
    const { lines } = await perf("-M 4096 -s 50000 -C 20 -u frames");
    assert.equal(lines.at(-1), COMPLETE);
    await assert.rejects(perf("-M 100 -C 1"), /frame_max = 100 is lower than the minimum/);
  });

  it("sends heartbeats, and notices when the broker's stay away", async () => {
    const { lines } = await perf("-b 1 -r 0.01 -prsd 0 -z 3 -u heartbeats");
    assert.ok(lines.includes("test stopped (Reached time limit)"), lines.join("\n"));
    const sockets: Socket[] = [];
    let isStill = false;
    const proxy = createServer((client) => {
      const upstream = connect(broker.port, broker.host);
      sockets.push(client, upstream);
      client.on("error", () => {}).on("data", (chunk) => upstream.write(chunk));
      upstream.on("error", () => {}).on("data", (chunk) => isStill || client.write(chunk));
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    try {
      const uri = `amqp://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const still = perf(
        `--uri=${uri} -b 1 -r 0.01 -u still`,
        (line) => isStill ||= line.includes("starting producer #0, c"),
      );
      await assert.rejects(still, /^Error: The broker has sent nothing for 2 seconds$/);
    } finally {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    }
  });

  it("says that the test stopped when it can't begin", async () => {
    const said: string[] = [];
    await assert.rejects(perf("-t topical -e no-such-type", (line) => said.push(line)), /406 PRECONDITION_FAILED/);
    assert.deepEqual(said, ["test stopped"]);
  });

  it("chooses brokers in turn or at random", async () => {
    const other = await startBrokerUnderTest();
    try {
      const countAt = async (allocation: string) => {
        let there = 0;
        await perf(`-H ${broker.url},${other.url} -x 8 -y 0 -C 1 -e amq.default -k none -cal ${allocation}`, (line) => {
          if (line.startsWith("test stopped")) there = other.embedded!.connections.size;
        });
        return there;
      };
      assert.equal(await countAt("round-robin"), 4);
      const random = await Promise.all(["random", "random", "random"].map(countAt));
      assert.ok(random.some((count) => count > 0), `${random}`);
      await assert.rejects(perf("-cal first"), /^PerfError: --connection-allocation must one of random, round-robin$/);
    } finally {
      await other.close();
    }
  });
});
