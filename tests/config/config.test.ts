import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError } from "../../src/config/config.ts";
import { parseMemoryLimit, parseSize } from "../../src/config/size.ts";
import { configOf, readText } from "./read_conf.ts";

describe("a configuration file", () => {
  it("has RabbitMQ's keys for memory and disk limits", () => {
    const text = "# limits\nvm_memory_high_watermark.relative = 0.6\n\n  disk_free_limit.absolute=2GB # enough\n";
    assert.deepEqual(configOf(text), {
      vmMemoryHighWatermark: { part: 0.6 },
      diskFreeLimit: { bytes: 2_000_000_000 },
    });
    assert.deepEqual(configOf("vm_memory_high_watermark.absolute = '1GiB'"), {
      vmMemoryHighWatermark: { bytes: 1024 ** 3 },
    });
    assert.deepEqual(configOf("vm_memory_high_watermark = 0.5\ndisk_free_limit.relative = 1.5"), {
      vmMemoryHighWatermark: { part: 0.5 },
      diskFreeLimit: { part: 1.5 },
    });
  });

  it("has RabbitMQ's key for the acknowledgement timeout", () => {
    assert.deepEqual(configOf("consumer_timeout = 900000"), { consumerTimeout: 900_000 });
    assert.deepEqual(configOf("consumer_timeout = false"), { consumerTimeout: false });
    assert.deepEqual(configOf("consumer_timeout = undefined"), { consumerTimeout: false });
  });

  it("has RabbitMQ's keys for the event exchange, and one to turn it on", () => {
    const text = "event_exchange.enabled = true\nevent_exchange.vhost = events\nevent_exchange.protocol = amqp_0_9_1\n";
    assert.deepEqual(configOf(text), { hasEventExchange: true, eventExchangeVhost: "events" });
    assert.deepEqual(configOf("event_exchange.enabled = false"), { hasEventExchange: false });
  });

  it("has RabbitMQ's keys for numbers of things, and for the default queue type", () => {
    const text = "connection_max = 100\nchannel_max_per_node = 500\nconsumer_max_per_channel = 16\n" +
      "cluster_queue_limit = 1000\ncluster_exchange_limit = infinity\nvhost_max = 0\ndefault_queue_type = quorum\n";
    assert.deepEqual(configOf(text), {
      connectionMax: 100,
      channelMaxPerNode: 500,
      consumerMaxPerChannel: 16,
      clusterQueueLimit: 1000,
      clusterExchangeLimit: Infinity,
      vhostMax: 0,
      defaultQueueType: "quorum",
    });
    assert.deepEqual(configOf("max_connections = 5"), { connectionMax: 5 });
  });

  it("warns of a socket option or a limit that has no effect, and says why", () => {
    const reasonOf = (key: string, value: string) => readText(`${key} = ${value}\n`).warnings.join();
    const unset =
      /has no effect: no runtime lets a program set this option of a socket, so the system's value counts\./;
    for (const option of ["sndbuf", "recbuf", "buffer", "tos", "priority", "linger.timeout"]) {
      assert.match(reasonOf(`tcp_listen_options.${option}`, "1"), unset);
    }
    assert.match(reasonOf("tcp_listen_options.linger.on", "true"), unset);
    assert.match(reasonOf("tcp_listen_options.high_watermark", "1"), /it is about the queues of Erlang's ports/);
    assert.match(reasonOf("tcp_listen_options.port", "1"), /listeners\.tcp says where to listen/);
    for (const option of ["nodelay", "keepalive"]) assert.equal(reasonOf(`tcp_listen_options.${option}`, "true"), "");
    assert.equal(reasonOf("tcp_listen_options.send_timeout", "1"), "");
    assert.equal(reasonOf("auth_http.connection_timeout", "1"), "");
    assert.equal(reasonOf("log.journald", "true"), "");
    assert.equal(reasonOf("tcp_listen_options.backlog", "128"), "");
  });

  it("has RabbitMQ's keys for metrics", () => {
    const text = "prometheus.path = mine/\nprometheus.return_per_object_metrics = true\n" +
      "prometheus.authentication.enabled = true\n";
    const metrics = { path: "/mine", returnPerObjectMetrics: true, isAuthenticated: true };
    assert.deepEqual(configOf(text), { metrics });
    assert.throws(() => configOf("prometheus.path = /"), /This is a path such as \/metrics/);
    assert.throws(() => configOf("prometheus.path = /a b?c"), /This is a path such as \/metrics/);
  });

  it("has keys for the spans of messages", () => {
    const text = "opentelemetry.traces_endpoint = https://collector/v1/traces\nopentelemetry.enabled = true\n" +
      "opentelemetry.headers.api-key = secret\nopentelemetry.service_name = orders\nopentelemetry.queue_size = 10";
    assert.deepEqual(configOf(text), {
      openTelemetry: {
        tracesEndpoint: "https://collector/v1/traces",
        isEnabled: true,
        headers: { "api-key": "secret" },
        serviceName: "orders",
        queueMax: 10,
      },
    });
    assert.throws(() => configOf("opentelemetry.endpoint = collector:4317"), /This is an address such as http:/);
    const secret = "opentelemetry.endpoint = http://user:hunter2@collector:4318";
    assert.throws(() => configOf(secret), ({ message }: Error) => {
      return /Credentials are a header/.test(message) && !message.includes("hunter2");
    });
  });

  it("has keys for AMQP over WebSocket", () => {
    const text = "web_amqp.enabled = false\nweb_amqp.allow_origins.1 = https://shop.example\n" +
      "web_amqp.allow_origins.2 = *";
    assert.deepEqual(configOf(text), { webAmqp: { isEnabled: false, allowOrigins: ["https://shop.example", "*"] } });
    assert.throws(() => configOf("web_amqp.allow_origins.1 = shop.example"), /This is an origin such as https:/);
  });

  it("uses the last of two lines for one key", () => {
    const text = "disk_free_limit.absolute = 1GB\ndisk_free_limit.absolute = 5\n";
    assert.deepEqual(configOf(text), { diskFreeLimit: { bytes: 5 } });
  });

  it("has keys for the version of RabbitMQ to behave like, for deprecated features and for the node's name", () => {
    const text = "compat = 4.3\ndeprecated_features.permit.global_qos = true\nnodename = rabbit@host1\n";
    assert.deepEqual(configOf(text), {
      compat: "4.3",
      deprecatedFeatures: { global_qos: true },
      nodeName: "rabbit@host1",
    });
    assert.match(readText("deprecated_features.permit.ram_node_type = true").warnings[0], /no such deprecated feature/);
  });

  it("has tags of the cluster, and of the node", () => {
    assert.deepEqual(configOf("cluster_tags.region = eu\ncluster_tags.role = test\nnode_tags.zone = b\n"), {
      clusterTags: { region: "eu", role: "test" },
      nodeTags: { zone: "b" },
    });
  });

  it("has RabbitMQ's keys for types, redeclarations, parameters and sockets", () => {
    const text = "queue_types.stream.enabled = false\nqueue_types.quorum.enabled = true\n" +
      "quorum_queue.property_equivalence.relaxed_checks_on_redeclaration = true\n" +
      "runtime_parameters.limits.shovel = 10\ninitial_frame_max = 16384\n" +
      "tcp_listen_options.keepalive = true\ntcp_listen_options.nodelay = false\ntcp_listen_options.backlog = 4096\n";
    assert.deepEqual(configOf(text), {
      disabledTypes: ["stream"],
      relaxesQuorumRedeclaration: true,
      parameterLimits: { shovel: 10 },
      initialFrameMax: 16_384,
      socketOptions: { keepAlive: true, noDelay: false, backlog: 4096 },
    });
    assert.match(
      readText("tcp_listen_options.sndbuf = 1").warnings[0],
      /has no effect: no runtime lets a program set this option/,
    );
  });

  for (
    const [text, message] of [
      [
        "\nlistener.tcp.default = 5672",
        /^haremq\.conf, line 2: there is no key "listener\.tcp\.default"\. The nearest one is "listeners\.tcp\.default"\.$/,
      ],
      [
        "default_user_tag.x = true",
        /there is no key "default_user_tag\.x"\. The nearest one is "default_user_tags\.x"/,
      ],
      ["management.tcp.port = many", /line 1: management\.tcp\.port: This is a whole number: received "many"\.$/],
      ["log.console = maybe", /log\.console: This is true or false: received "maybe"/],
      [
        "raft.segment_max_entries = 65536",
        /raft\.segment_max_entries: This is a number from 1 to 65535: received "65536"/,
      ],
      ["frame_max = 4095", /frame_max: A frame is at least 4096 bytes, or 0 for any size: received "4095"/],
      ["compat = 5.0", /compat: This is one of 3\.13, 4\.2, 4\.3: received "5\.0"/],
      ["nodename = a b", /nodename: This is a name such as rabbit@host1: received "a b"/],
      ["heartbeat = 65536", /heartbeat: This is at most 65535: received "65536"/],
      ["listeners.tcp.x = 127.0.0.1:99999", /listeners\.tcp\.x: This is a port, or an address with one/],
      ["just words", /^haremq\.conf, line 1: a line is a key, "=" and a value: received "just words"\.$/],
      [
        "vm_memory_high_watermark.relative = 40",
        /line 1: vm_memory_high_watermark\.relative: .* at most 1: received "40"/,
      ],
      ["disk_free_limit.absolute = much", /line 1: disk_free_limit\.absolute: A size is .*: received "much"/],
      ["consumer_timeout = 0", /line 1: consumer_timeout: A timeout is .* at least 1, such as .*: received "0"/],
      ["consumer_timeout = 1.5", /line 1: consumer_timeout: A timeout is a whole number .*: received "1\.5"/],
      ["event_exchange.enabled = yes", /line 1: event_exchange\.enabled: This is true or false: received "yes"/],
      ["event_exchange.protocol = amqp_1_0", /protocol: Events are messages of amqp_0_9_1 only: received "amqp_1_0"/],
      ["vhost_max = -1", /line 1: vhost_max: This is a whole number, or infinity: received "-1"/],
      ["default_queue_type = mirrored", /default_queue_type: This is classic, quorum or stream: received "mirrored"/],
      ["disk_free_limit.relative = a", /disk_free_limit\.relative: This is a number, such as 0\.4: received "a"/],
      ["disk_free_limit.relative =", /line 1: disk_free_limit\.relative has no value\.$/],
    ] as const
  ) {
    it(`is refused with a sentence that names place and reason: ${JSON.stringify(text)}`, () => {
      assert.throws(() => readText(text, "haremq.conf"), (error: Error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

describe("a size", () => {
  it("is a number of bytes, or one with RabbitMQ's units", () => {
    assert.equal(parseSize("50000000"), 50_000_000);
    assert.equal(parseSize("50MB"), 50_000_000);
    assert.equal(parseSize("50MiB"), 50 * 1024 ** 2);
    assert.equal(parseSize("2k"), 2048);
    assert.equal(parseSize(" 1.5 GiB "), 1.5 * 1024 ** 3);
    for (const text of ["", "MB", "-1", "1XB", "0x10"]) assert.throws(() => parseSize(text), RangeError);
  });

  it("of memory may be a part of it, and never zero", () => {
    assert.deepEqual(parseMemoryLimit("0.4"), { part: 0.4 });
    assert.deepEqual(parseMemoryLimit("1"), { part: 1 });
    assert.deepEqual(parseMemoryLimit("2GiB"), { bytes: 2 * 1024 ** 3 });
    for (const text of ["0", "0.0", "", "-0.4"]) assert.throws(() => parseMemoryLimit(text), RangeError);
  });
});
