import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { CHANNEL, Connection, type Target } from "../../../src/cli/perf/load/connection.ts";
import { plainTable } from "../../../src/wire/field_table.ts";
import { PropertiesView } from "../../../src/wire/properties.ts";
import { pathOf } from "../../certificates/certificates.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../../broker_under_test.ts";
import { run } from "./perf_program.ts";

describe("rabbitmq-perf-test", () => {
  let broker: BrokerUnderTest;
  let target: Target;
  before(async () => {
    broker = await startBrokerUnderTest();
    target = { host: broker.host, port: broker.port, user: "guest", password: "guest", vhost: "/" };
  });
  after(() => broker.close());

  const perf = (args: string, interruptAt?: RegExp) => run(["-h", broker.url, ...args.split(" ")], { interruptAt });

  async function queueLength(queue: string): Promise<number> {
    const connection = await Connection.open(target);
    connection.send(CHANNEL, "queue.declare", { queue, passive: true });
    const { messageCount } = await connection.receive("queue.declare-ok");
    await connection.close();
    return messageCount;
  }

  it("writes PerfTest's lines, summary and reason for the end", async () => {
    const { status, lines, stderr } = await perf("-x 1 -y 1 -u perf-lines -C 500 -c 50 -q 20 -A 10 --id t1");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.deepEqual(lines.slice(0, 4), [
      "id: t1, starting consumer #0",
      "id: t1, starting consumer #0, channel #0",
      "id: t1, starting producer #0",
      "id: t1, starting producer #0, channel #0",
    ]);
    const end = lines.slice(lines.indexOf("test stopped (Producer reached message limit)") + 1);
    assert.match(end[0], /^id: t1, sending rate avg: \d+(\.\d+)? msg\/s$/);
    assert.match(end[1], /^id: t1, receiving rate avg: \d+(\.\d+)? msg\/s$/);
    assert.match(end[2], /^id: t1, consumer latency min\/median\/75th\/95th\/99th\/max (\d+\/){5}\d+ µs$/);
    assert.match(end[3], /^id: t1, confirm latency min\/median\/75th\/95th\/99th\/max (\d+\/){5}\d+ µs$/);
    assert.deepEqual(end.slice(4), ["id: t1, messages lost: 0, repeated: 0, out of order: 0"]);
  });

  it("writes rates and latencies of each interval", async () => {
    const { status, lines } = await perf("-prsd 0 -r 100 -C 130 -a -u perf-interval -d t2 -f mandatory");
    assert.equal(status, 0);
    const line = lines.find((line) => line.startsWith("id: t2, time "));
    assert.match(
      line ?? "",
      /^id: t2, time \d\.\d{3} s, sent: \d+ msg\/s, returned: 0 msg\/s, received: \d+ msg\/s, min\/median\/75th\/95th\/99th\/max consumer latency: (\d+\/){5}\d+ µs$/,
    );
  });

  for (
    const [how, args] of Object.entries({
      "consumers share a queue": "-x 2 -X 2 -y 3 -u perf-shared -q 5",
      "each consumer has a queue of its own": "-x 2 -y 3 -a",
      "queues are in sequence": "-x 3 -y 2 --queue-pattern perf-seq-%d -qpf 1 -qpt 2",
      "a fanout exchange copies them": "-t fanout -e perf-fanout -y 2 -c 10",
      "queues are replicated": "-qq -u perf-quorum -c 30 -ad false",
      "a stream keeps them": "-sq -u perf-stream -c 30 -y 2",
      "bodies take several frames": "-s 300000 -u perf-large -q 3",
      "queues are exclusive": "-E -y 2",
      "producers and consumers use transactions": "-m 4 -n 5 -u perf-transactions -x 2 -y 2",
      "channels with transactions share a connection": "-m 8 -X 3 -u perf-channels",
      "consumers poll": "-po -u perf-polled -y 2 -A 4",
      "polls are spaced": "-po -pi 5 -a -u perf-spaced",
      "consumers take their time": "-L 2000 -u perf-latency -q 3",
      "consumers take a little time": "-L 300 -n 10 -a -u perf-short-latency",
      "the size of bodies varies": "-vs 200:1 -vs 150000:1 -r 25 -u perf-sizes -c 5",
    })
  ) {
    it(`counts each message once and in order when ${how}`, async () => {
      const { status, lines, stderr } = await perf(`${args} -C 40 --id t3`);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.equal(lines.at(-1), "id: t3, messages lost: 0, repeated: 0, out of order: 0");
    });
  }

  it("does not miss what it has not committed", async () => {
    const { lines } = await perf("-y 0 -m 30 -C 70 -p -u perf-uncommitted -ad false");
    assert.ok(lines.includes("test stopped (Producer reached message limit)"));
    assert.equal(await queueLength("perf-uncommitted"), 60);
    const { lines: verdict } = await perf("-m 30 -C 70 -u perf-rolled-back --id t8");
    assert.equal(verdict.at(-1), "id: t8, messages lost: 0, repeated: 0, out of order: 0");
  });

  it("keeps what a consumer has not committed", async () => {
    await perf("-y0 -p -u perf-transaction -C 50 -ad false");
    const { status } = await perf("-x0 -p -u perf-transaction -n 20 -A 20 -q 20 -D 40 -ad false");
    assert.equal(status, 0);
    assert.equal(await queueLength("perf-transaction"), 10);
  });

  it("deletes polled queues that would go with their last consumer", async () => {
    const { status } = await perf("-po -u perf-gone -C 20");
    assert.equal(status, 0);
    assert.equal(broker.embedded!.node.vhosts.get("/")!.queues.get("perf-gone"), undefined);
  });

  it("refuses messages for good, or so that they come again", async () => {
    await perf("-y0 -p -u perf-refused -C 30 -ad false");
    await perf("-x0 -p -u perf-refused -na -D 10 -q 1 -ad false");
    assert.equal(await queueLength("perf-refused"), 30);
    await perf("-x0 -p -u perf-refused -na -re false -D 10 -q 1 -ad false");
    assert.equal(await queueLength("perf-refused"), 20);
  });

  it("publishes at rates that vary", async () => {
    const { lines } = await perf("-y 0 -e amq.default -k perf-nowhere -prsd 0 -vr 400:1 -vr 0:1 -z 5 --id t9");
    const rates = lines.flatMap((line) => /time [\d.]+ s, sent: ([\d.]+) msg/.exec(line)?.[1] ?? []).map(Number);
    const total = Number(/sending rate avg: ([\d.]+)/.exec(lines.join("\n"))?.[1]) * 5;
    // 400 messages in each of seconds 1, 3 and 5, at most, and with quiet seconds in between.
    assert.ok(total > 500 && total <= 1250, `${total} messages, ${rates}`);
    assert.ok(rates.length < 5 || Math.min(...rates) < 200, `${rates}`);
  });

  it("fills a queue without consumers, and empties it without producers", async () => {
    const fill = await perf("-y0 -p -u perf-kept -s 100 -C 300 -f persistent -ad false");
    assert.equal(fill.status, 0);
    assert.equal(await queueLength("perf-kept"), 300);
    const drain = await perf("-x0 -y1 -p -u perf-kept -D 200 -q 10");
    assert.equal(drain.status, 0);
    assert.ok(drain.lines.includes("test stopped (Consumer reached message limit)"));
    assert.equal(await queueLength("perf-kept"), 100);
  });

  it("gives messages the properties and headers that it is told", async () => {
    const given = "priority=5,contentType=text/plain,timestamp=2026-01-02T03:04:05Z,deliveryMode=2,tenant=7,vip=true";
    const { status, stderr } = await perf(`-y 0 -u perf-properties -p -ad false -C 1 -mp ${given}`);
    assert.deepEqual([status, stderr], [0, ""]);
    const { node } = broker.embedded!;
    const seen: unknown[] = [];
    node.vhosts.get("/")!.queues.get("perf-properties")!.forEachHeld((message) => {
      const { priority, contentType, timestamp, deliveryMode, headers } = new PropertiesView(
        node.messages.header(message),
      );
      seen.push({ priority, contentType, timestamp, deliveryMode, headers: plainTable(headers!) });
    });
    assert.deepEqual(seen.map((one) => ({ ...one as object })), [{
      priority: 5,
      contentType: "text/plain",
      timestamp: 1767323045n,
      deliveryMode: 2,
      headers: Object.assign(Object.create(null), { tenant: 7, vip: true }),
    }]);
  });

  it("ends when consumers are idle, or their queues empty", async () => {
    for (
      const [when, reason] of [
        ["idle", "Consumer is idle for more than 1 second"],
        ["empty", "Consumer queue(s) empty"],
      ]
    ) {
      const queue = `perf-${when}`;
      await perf(`-y0 -p -u ${queue} -C 60 -ad false`);
      const { status, lines } = await perf(`-x0 -y2 -p -u ${queue} -ew ${when} -ad false`);
      assert.equal(status, 0);
      assert.ok(lines.includes(`test stopped (${reason} [2])`), lines.join("\n"));
      assert.equal(await queueLength(queue), 0);
    }
  });

  it("does not end for empty queues while an idle consumer has one with messages", async () => {
    await perf("-y0 -p -u perf-held -C 5 -ad false");
    // The prefetch holds all but one back, so the consumer is idle.
    const { lines } = await perf("-x0 -p -u perf-held -q 1 -A 1 -R 0.1 -ew empty -z 3 -ad false");
    assert.ok(lines.includes("test stopped (Reached time limit)"), lines.join("\n"));
  });

  it("waits for brokers, and needs as many as it is told", async () => {
    const none = await run(["-h", "amqp://127.0.0.1:1", "-sst", "1"]);
    assert.deepEqual([none.status, none.stderr], [1, "Could not connect to broker(s) in 1 second(s), exiting.\n"]);
    const uris = `amqp://127.0.0.1:1,${broker.url}`;
    const one = await run(["-H", uris, "-sst", "3", "-sul", "1", "-x", "2", "-C", "10", "--id", "t11"]);
    assert.deepEqual([one.status, one.stderr], [0, ""]);
    assert.equal(one.lines.at(-1), "id: t11, messages lost: 0, repeated: 0, out of order: 0");
  });

  it("writes figures to a file of CSV too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "haremq-perf-"));
    try {
      const file = join(folder, "figures.csv");
      const { status, stderr } = await perf(`-prsd 0 -r 100 -C 130 -u perf-csv -d t12 -o ${file}`);
      assert.deepEqual([status, stderr], [0, ""]);
      const [header, line] = readFileSync(file, "utf8").split("\n");
      assert.match(header, /^id,time \(s\),published \(msg\/s\),returned .*,99th p\. confirm latency \(µs\)$/);
      assert.match(line, /^t12,\d\.\d{3},\d+,,,,\d+,(\d+,){5},,,,$/);
      assert.equal(line.split(",").length, header.split(",").length);
      const refused = await perf(`-C 1 -o ${join(folder, "none", "figures.csv")}`);
      assert.equal(refused.status, 1);
      assert.match(refused.stderr, /^The output file .*figures\.csv can't be written: /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says how many messages were lost", async () => {
    const { status, lines } = await perf("-u perf-short -qa x-max-length=1 -R 1 -C 50 -q 1 --id t4");
    assert.equal(status, 0);
    assert.equal(lines.at(-1), "id: t4, messages repeated: 0, out of order: 0");
    const full = await perf("-u perf-overflow -qa x-max-length=1 -y 1 -q 1 -A 1 -C 2000 --id t5");
    assert.match(full.lines.at(-1) ?? "", /^id: t5, messages lost: [1-9]\d*, repeated: 0, out of order: 0$/);
  });

  it("counts returned messages", async () => {
    const { lines } = await perf("-y 0 -f mandatory -e amq.default -k perf-nowhere -prsd 0 -r 200 -C 250 --id t6");
    assert.match(lines.find((line) => line.includes("time")) ?? "", /, returned: [1-9]\d* msg\/s/);
  });

  it("ends with the summary when it is interrupted", async () => {
    const { status, lines } = await perf("-prsd 0 -r 50 -mf compact", /msg\/s/);
    assert.equal(status, 130);
    assert.equal(lines[4].trimEnd(), "time                        sent     received           consumer latency");
    assert.match(lines[5], /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d +\d+ msg\/s +\d+ msg\/s +(\d+\/){5}\d+ µs$/);
    assert.ok(lines.includes("test stopped"));
    assert.match(lines.at(-3) ?? "", /^receiving rate avg: /);
  });

  it("tells why the broker refused", async () => {
    const { status, stderr } = await run(["-h", broker.url.replace("guest:guest", "guest:wrong")]);
    assert.equal(status, 1);
    assert.match(stderr, /^Main thread caught exception: The broker closed the connection: 403 ACCESS_REFUSED/);
    const other = await perf("-t topical -e perf-type");
    assert.equal(other.status, 1);
    assert.match(other.stderr, /^Main thread caught exception: The broker closed the channel: 406 PRECONDITION_FAILED/);
  });

  it("ends with the summary when the broker goes", async () => {
    const other = await startBrokerUnderTest();
    const onFigures = () => void other.close();
    const { status, lines, stderr } = await run(["-h", other.url, "-r", "50"], { onFigures });
    assert.equal(status, 1);
    assert.match(stderr, /^Main thread caught exception: The broker closed the connection/);
    assert.match(lines.at(-1) ?? "", /consumer latency min\/median\/75th/);
  });

  it("tells where no broker is", async () => {
    const { status, stderr } = await run(["--uri", "amqp://127.0.0.1:1"]);
    assert.equal(status, 1);
    assert.match(stderr, /^Main thread caught exception: Cannot connect to 127\.0\.0\.1:1: /);
  });

  describe("by TLS", () => {
    let secure: BrokerUnderTest;
    let url: string;
    before(async () => {
      secure = await startBrokerUnderTest({
        config: {
          hasTcpListeners: false,
          tlsListeners: [{ host: "127.0.0.1", port: 0 }],
          sslOptions: { certfile: pathOf("server.pem"), keyfile: pathOf("server.key") },
        },
      });
      url = secure.url.replace("amqp:", "amqps:");
    });
    after(() => secure.close());

    it("sends as well, and checks the certificate when it is asked to", async () => {
      const plain = await run(["-h", url, "-C", "20000", "-c", "1000", "-A", "100", "--id", "t10"]);
      assert.deepEqual([plain.status, plain.stderr], [0, ""]);
      assert.equal(plain.lines.at(-1), "id: t10, messages lost: 0, repeated: 0, out of order: 0");
      const refused = await run(["-h", url, "-C", "1", "-udsc"]);
      assert.equal(refused.status, 1);
      assert.match(refused.stderr, /^Main thread caught exception: Cannot connect to 127\.0\.0\.1:\d+: .*certificate/i);
      const environment = { SSL_CERT_FILE: pathOf("authority.pem") };
      const trusted = await run(["-h", url, "-C", "100", "-udsc", "-s", "100000", "-sni", "localhost"], {
        environment,
      });
      assert.deepEqual([trusted.status, trusted.stderr], [0, ""]);
    });
  });

  describe("by TLS with certificates of clients", () => {
    let secure: BrokerUnderTest;
    before(async () => {
      secure = await startBrokerUnderTest({
        config: {
          hasTcpListeners: false,
          tlsListeners: [{ host: "127.0.0.1", port: 0 }],
          sslOptions: {
            certfile: pathOf("server.pem"),
            keyfile: pathOf("server.key"),
            cacertfile: pathOf("authority.pem"),
            verify: "verify_peer",
            fail_if_no_peer_cert: true,
          },
          certificateLogin: { ssl_cert_login_from: "common_name" },
          authMechanisms: { 1: "EXTERNAL" },
          defaultUsers: { carrot: { password: "unused" } },
        },
      });
    });
    after(() => secure.close());

    it("logs in by them", async () => {
      const uri = new URL(secure.url.replace("amqp:", "amqps:"));
      uri.searchParams.set("certfile", pathOf("client.pem"));
      uri.searchParams.set("keyfile", pathOf("client.key"));
      uri.searchParams.set("cacertfile", pathOf("authority.pem"));
      uri.searchParams.set("verify", "verify_peer");
      const { status, lines, stderr } = await run(["-h", uri.href, "-se", "-C", "100", "--id", "t13"]);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.equal(lines.at(-1), "id: t13, messages lost: 0, repeated: 0, out of order: 0");
      const { status: other, stderr: refusal } = await run(["-h", uri.href, "-C", "1"]);
      assert.equal(other, 1);
      assert.match(refusal, /^Main thread caught exception: .*(ACCESS_REFUSED|closed the connection)/);
    });
  });

  for (
    const [args, text] of [
      ["--nonsense", "Parsing failed. Reason: Unrecognized option: --nonsense"],
      ["-x", "Parsing failed. Reason: Missing argument for option: x"],
      [
        "-ei 2",
        "The option -ei/--expected-instances of PerfTest is not supported here: instances do not wait for each other: start them at the same time.",
      ],
      [
        "-vr 100",
        "Invalid variable value definition: 100. Should be [VALUE]:[DURATION] with VALUE integer >= 0 and DURATION integer > 0",
      ],
      ["-n 10 -q 5", "--ctxsize must be less than or equal to --qos"],
      ["-qq -sq", "Use quorum queues or stream queues, not both."],
      ["-A 10 -q 5", "--multi-ack-every must be less than or equal to --qos"],
      [
        "-se",
        "--sasl-external needs the client's certificate: amqps://localhost?certfile=client.pem&keyfile=client.key",
      ],
      ["-ew never", "--exit-when must be 'empty' or 'idle'."],
      ["-P 0.05", "Invalid value for --publishing-interval: Cannot be less than 0.1"],
      ["-mp priority=256", "Invalid message property priority: 256. It takes a number from 0 to 255."],
      ["-mf none", "Unknown metrics formatter: none. Possible values are compact, default."],
      ["-x many", 'Invalid value for -x: "many". It takes a whole number up to 100000.'],
    ]
  ) {
    it(`refuses ${args}`, async () => {
      const { status, stderr } = await perf(args);
      assert.equal(status, 1);
      assert.equal(stderr, `${text}\n`);
    });
  }
});
