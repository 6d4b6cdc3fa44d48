import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { managementListeners, managementOptionsOf, metricsListeners } from "../../src/cli/http_config.ts";
import { readText } from "../config/read_conf.ts";

const configOf = (...lines: string[]) => readText(lines.join("\n"), "x").config;
const SSL = ["management.ssl.certfile = c", "management.ssl.keyfile = k"];

/** Returns listeners as `host:port`, with an `s` before those with TLS. */
const places = (listeners: ReturnType<typeof managementListeners>) =>
  listeners.map(({ address: { host = "*", port }, tls }) => `${tls === undefined ? "" : "s "}${host}:${port}`);

describe("the listeners of the management API", () => {
  for (
    const [lines, expected] of [
      [[], ["127.0.0.1:15672"]],
      [["listeners.tcp.default = 5672"], ["*:15672"]],
      [["listeners.tcp.a = 192.0.2.1:5672"], ["192.0.2.1:15672"]],
      [["management.tcp.port = 1"], ["127.0.0.1:1"]],
      [["management.tcp.ip = 192.0.2.1"], ["192.0.2.1:15672"]],
      [["management.tcp.compress = false"], ["127.0.0.1:15672"]],
      [["management.tcp.listener = none"], []],
      [["management.tcp.listener = 192.0.2.1:2"], ["192.0.2.1:2"]],
      [SSL, ["s 127.0.0.1:15671"]],
      [[...SSL, "management.tcp.port = 1", "management.ssl.port = 2"], ["127.0.0.1:1", "s 127.0.0.1:2"]],
      [["management.listener.port = 3"], ["127.0.0.1:3"]],
      [["management.listener.port = 3", "management.listener.ssl = true"], ["s 127.0.0.1:3"]],
      [["management.listener.port = 3", ...SSL], ["127.0.0.1:3", "s 127.0.0.1:15671"]],
      [["management.listener.port = 3", "management.tcp.port = 4"], ["127.0.0.1:3", "127.0.0.1:4"]],
      [["management.listener.port = 3", "management.tcp.port = 4", ...SSL], ["127.0.0.1:4", "s 127.0.0.1:15671"]],
    ] as const
  ) {
    it(`are ${expected.join(" and ") || "none"} with ${lines.join(", ") || "no settings"}`, () => {
      assert.deepEqual(places(managementListeners(configOf(...lines))), expected);
    });
  }

  it("have the options of TLS of AMQP's where they have none of their own, and request no certificates", () => {
    const config = configOf(
      "management.listener.ssl = true",
      "ssl_options.certfile = c",
      "ssl_options.keyfile = k",
      "ssl_options.cacertfile = a",
      "ssl_options.verify = verify_peer",
      "ssl_options.fail_if_no_peer_cert = true",
    );
    const [{ tls }] = managementListeners(config);
    assert.deepEqual(tls, {
      options: { certfile: "c", keyfile: "k", cacertfile: "a" },
      name: "ssl_options",
      listeners: "management.listener.ssl",
    });
  });

  it("have the limits of their own keys", () => {
    const [plain, secure] = managementListeners(
      configOf(
        ...SSL,
        "management.tcp.max_connections = 5",
        "management.tcp.request_timeout = 10",
        "management.ssl.max_connections = infinity",
      ),
    );
    assert.deepEqual(plain.limits, { max_connections: 5, request_timeout: 10 });
    assert.equal(secure.limits.max_connections, Infinity);
    assert.deepEqual(secure.tls!.options, { certfile: "c", keyfile: "k" });
  });
});

describe("the listeners of metrics", () => {
  it("are those of their keys", () => {
    assert.deepEqual(places(metricsListeners(configOf())), ["127.0.0.1:15692"]);
    assert.deepEqual(places(metricsListeners(configOf("prometheus.tcp.listener = none"))), []);
    assert.deepEqual(places(metricsListeners(configOf("prometheus.tcp.port = 1"))), ["127.0.0.1:1"]);
    assert.deepEqual(places(metricsListeners(configOf("prometheus.ssl.port = 1"))), ["s 127.0.0.1:1"]);
  });
});

describe("the options of the management API", () => {
  it("are those of its keys", () => {
    const options = managementOptionsOf(
      configOf(
        "management.path_prefix = rabbit/",
        "management.http.max_body_size = 1000",
        "management.disable_basic_auth = true",
        "management.hsts.policy = max-age=1",
        "management.headers.frame_options = DENY",
        "management.cors.allow_origins.1 = https://a.example",
        "management.cors.allow_origins.2 = https://b.example",
        "management.cors.max_age = 5",
      ),
    );
    assert.deepEqual(
      [options.pathPrefix, options.maxBodySize, options.isBasicAuthDisabled],
      ["/rabbit", 1000, true],
    );
    const { csp, hsts, frame_options, allow_origins, max_age } = options.headers!;
    assert.deepEqual([csp, hsts, frame_options], ["script-src 'self'; object-src 'self'", "max-age=1", "DENY"]);
    assert.deepEqual([allow_origins, max_age], [["https://a.example", "https://b.example"], 5]);
  });

  it("can't be paths or headers that are none", () => {
    for (const line of ["management.path_prefix = /a b", "management.csp.policy = ä"]) {
      assert.throws(() => configOf(line), /This is /, line);
    }
  });
});
