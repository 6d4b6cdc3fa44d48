import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readConfig } from "../../src/config/config.ts";
import { type Flags, gatherSettings } from "../../src/config/sources.ts";
import { MemoryConfigFiles } from "./read_conf.ts";

type Variables = Readonly<Record<string, string>>;

function gather(files: Readonly<Record<string, string>>, variables: Variables = {}, flags: Partial<Flags> = {}) {
  const memory = new MemoryConfigFiles(files);
  const means = {
    readTextFile: (path: string) => memory.readTextFile(path),
    listFolder: (path: string) => memory.listFolder(path),
    environment: (name: string) => variables[name],
    configFolder: "/etc/haremq",
  };
  const { settings, files: read } = gatherSettings(means, { settings: [], ...flags });
  return { config: readConfig(settings).config, read };
}

describe("the configuration", () => {
  it("is haremq.conf, or else rabbitmq.conf, by default", () => {
    const both = { "haremq.conf": "heartbeat = 1", "rabbitmq.conf": "heartbeat = 2" };
    assert.deepEqual(gather(both), { config: { heartbeatSeconds: 1 }, read: ["haremq.conf"] });
    assert.deepEqual(gather({ "rabbitmq.conf": "heartbeat = 2" }).config, { heartbeatSeconds: 2 });
    assert.deepEqual(gather({}), { config: {}, read: [] });
  });

  it("is in the machine's folder when the working directory has none", () => {
    const files = { "/etc/haremq/haremq.conf": "heartbeat = 1", "/etc/haremq/conf.d/a.conf": "channel_max = 2" };
    const { config, read } = gather(files);
    assert.deepEqual(config, { heartbeatSeconds: 1, channelMax: 2 });
    assert.deepEqual(read, Object.keys(files));
  });

  it("is found, continued and included by paths of Windows", () => {
    const files = {
      "C:\\haremq/a.conf": "heartbeat = 1\ninclude b*.conf",
      "C:\\haremq/b.conf": "frame_max = 4096",
      "C:\\haremq\\conf.d/c.conf": "channel_max = 2",
    };
    const { config, read } = gather(files, {}, { config: "C:\\haremq/a" });
    assert.deepEqual(config, { heartbeatSeconds: 1, frameMax: 4096 });
    assert.deepEqual(read, ["C:\\haremq/a.conf"]);
  });

  it("is continued by the files in conf.d beside it, in the order of their names", () => {
    const files = {
      "etc/a.conf": "heartbeat = 1\nchannel_max = 1\nframe_max = 4096",
      "etc/conf.d/20-b.conf": "channel_max = 3",
      "etc/conf.d/10-a.conf": "channel_max = 2\nframe_max = 8192",
      "etc/conf.d/30-c.txt": "channel_max = 4",
    };
    const { config, read } = gather(files, {}, { config: "etc/a.conf" });
    assert.deepEqual(config, { heartbeatSeconds: 1, channelMax: 3, frameMax: 8192 });
    assert.deepEqual(read, ["etc/a.conf", "etc/conf.d/10-a.conf", "etc/conf.d/20-b.conf"]);
  });

  it("is at RABBITMQ_CONFIG_FILE and RABBITMQ_CONFIG_FILES, of which the first may lack .conf", () => {
    const files = { "x/main.conf": "heartbeat = 1", "y/1.conf": "heartbeat = 2", "x/conf.d/1.conf": "heartbeat = 3" };
    const variables = { RABBITMQ_CONFIG_FILE: "x/main", RABBITMQ_CONFIG_FILES: "y/*.conf" };
    assert.deepEqual(gather(files, variables), { config: { heartbeatSeconds: 2 }, read: ["x/main.conf", "y/1.conf"] });
    assert.deepEqual(gather(files, { RABBITMQ_CONFIG_FILES: "y" }).config, { heartbeatSeconds: 2 });
  });

  it("is overridden by the environment, and that by flags", () => {
    const files = { "haremq.conf": "listeners.tcp.a = 1\nlisteners.tcp.b = 127.0.0.1:2\nheartbeat = 7" };
    const listeners = [{ port: 1 }, { host: "127.0.0.1", port: 2 }];
    assert.deepEqual(gather(files).config, { listeners, heartbeatSeconds: 7 });
    const port = { RABBITMQ_NODE_PORT: "3" };
    assert.deepEqual(gather(files, port).config, { listeners: [{ port: 3 }], heartbeatSeconds: 7 });
    const address = { ...port, RABBITMQ_NODE_IP_ADDRESS: "::1" };
    assert.deepEqual(gather(files, address).config.listeners, [{ host: "::1", port: 3 }]);
    const settings = [{ key: ["listeners", "tcp", "flag"], value: "[::1]:4", source: "--port" }];
    assert.deepEqual(gather(files, address, { settings }).config.listeners, [{ host: "::1", port: 4 }]);
  });

  it("has OpenTelemetry's environment variables, which override files", () => {
    const { config } = gather({ "haremq.conf": "opentelemetry.endpoint = http://file:4318" }, {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/",
      OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%20b, other = c ,broken,=x,y=%zz",
      OTEL_SERVICE_NAME: "orders",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test",
      OTEL_EXPORTER_OTLP_TIMEOUT: "2000",
      OTEL_BSP_MAX_QUEUE_SIZE: "100",
    });
    assert.deepEqual(config, {
      openTelemetry: {
        endpoint: "http://collector:4318/",
        headers: { "api-key": "a b", other: "c" },
        serviceName: "orders",
        resource: { "deployment.environment": "test" },
        timeoutMs: 2000,
        queueMax: 100,
      },
    });
    assert.deepEqual(gather({}, { OTEL_SDK_DISABLED: "true" }).config, { openTelemetry: { isEnabled: false } });
    assert.deepEqual(gather({}, { OTEL_TRACES_EXPORTER: "none" }).config, { openTelemetry: { isEnabled: false } });
  });

  it("contains environment variables", () => {
    assert.deepEqual(gather({ "haremq.conf": "heartbeat = $(BEAT)" }, { BEAT: "9" }).config, { heartbeatSeconds: 9 });
  });

  it("is refused with the name of an invalid variable", () => {
    assert.throws(() => gather({}, { RABBITMQ_NODE_PORT: "amqp" }), {
      name: "ConfigError",
      message: 'environment variable RABBITMQ_NODE_PORT: This is a port: received "amqp".',
    });
  });

  it("is refused when the named file does not exist", () => {
    assert.throws(() => gather({}, {}, { config: "none.conf" }), /file none\.conf can't be read: no such file/);
  });
});
