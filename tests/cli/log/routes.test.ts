import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { destinationName, routesOf } from "../../../src/cli/log/routes.ts";
import { gatherSettings } from "../../../src/config/sources.ts";
import { readConfig } from "../../../src/config/config.ts";
import { configOf } from "../../config/read_conf.ts";

/** Shows each route as `category threshold destination`. */
const shown = (routes: ReturnType<typeof routesOf>): string[] =>
  routes.map(({ category, threshold, destination }) => `${category} ${threshold} ${destinationName(destination)}`);

const routes = (text: string, override?: "error") => shown(routesOf(configOf(text), override));

function routesByEnvironment(variables: Readonly<Record<string, string>>): string[] {
  const means = {
    readTextFile: () => "",
    listFolder: () => [],
    environment: (name: string) => variables[name],
    configFolder: undefined,
  };
  const { settings } = gatherSettings(means, { settings: [] });
  return shown(routesOf(readConfig(settings).config));
}

describe("lines of the log", () => {
  it("go to the console by default, changes included but not logins", () => {
    assert.deepEqual(routes(""), [
      "default info stdout",
      "connection info stdout",
      "channel info stdout",
      "queue info stdout",
      "audit notice stdout",
    ]);
  });

  it("go only to a file if there is one, and to both if the console is on", () => {
    assert.deepEqual(routes("log.dir = /var/log\nlog.file = rabbit.log")[0], "default info /var/log/rabbit.log");
    assert.deepEqual(
      routes("log.file = /a.log\nlog.console = true\nlog.console.level = error").slice(0, 2),
      ["default info /a.log", "default error stdout"],
    );
    assert.deepEqual(routes("log.console = false")[0], "default info haremq.log");
    assert.deepEqual(routes("log.console = false\nlog.file = false"), []);
    assert.deepEqual(routes("log.console.level = none\nlog.file = /a.log")[0], "default info /a.log");
    assert.deepEqual(routes("log.file = false\nlog.console.stdio = stderr")[0], "default info stderr");
  });

  it("have the level of their category, or else of their output, or else the default", () => {
    assert.deepEqual(routes("log.default.level = error\nlog.connection.level = debug"), [
      "default error stdout",
      "connection debug stdout",
      "channel error stdout",
      "queue error stdout",
      "audit error stdout",
    ]);
    assert.deepEqual(
      routes("log.console.level = warning\nlog.default.level = debug\nlog.queue.level = none\nlog.audit.level = info"),
      [
        "default warning stdout",
        "connection warning stdout",
        "channel warning stdout",
        "queue none stdout",
        "audit info stdout",
      ],
    );
  });

  it("of a category with a file go only there, logins included", () => {
    const config = configOf(
      "log.dir = /log\nlog.audit.file = audit.log\nlog.default.rotation.count = 7\nlog.audit.rotation.size = 10",
    );
    const [audit, ...others] = routesOf(config).filter(({ category }) => category === "audit");
    assert.deepEqual(audit, {
      category: "audit",
      threshold: "info",
      destination: { path: "/log/audit.log", rotation: { count: 7, maxBytes: 10 } },
    });
    assert.deepEqual(others, []);
  });

  it("all have the level of a flag", () => {
    assert.deepEqual(
      routes("log.default.level = debug\nlog.audit.level = info", "error").every((route) => route.includes(" error ")),
      true,
    );
  });

  it("go only where RABBITMQ_LOGS says, with the levels of RABBITMQ_LOG", () => {
    assert.deepEqual(routesByEnvironment({ RABBITMQ_LOGS: "-" })[0], "default info stdout");
    assert.deepEqual(routesByEnvironment({ RABBITMQ_LOGS: "-stderr" })[0], "default info stderr");
    assert.deepEqual(routesByEnvironment({ RABBITMQ_LOGS: "/x.log", RABBITMQ_LOG: "debug,channel=error,+color" }), [
      "default debug /x.log",
      "connection debug /x.log",
      "channel error /x.log",
      "queue debug /x.log",
      "audit notice /x.log",
    ]);
    assert.deepEqual(
      routesByEnvironment({ RABBITMQ_LOGS: "a.log", RABBITMQ_LOG_BASE: "/log" })[0],
      "default info /log/a.log",
    );
  });

  it("go to the exchange too, with a level of its own", () => {
    const config = {
      logExchange: { isEnabled: true, level: "error" },
      logCategories: { queue: { file: "q.log" } },
    } as const;
    const found = routesOf(config).map(({ category, destination, threshold }) =>
      `${category} ${threshold} ${destinationName(destination)}`
    );
    assert.deepEqual(found.filter((route) => route.endsWith("amq.rabbitmq.log")), [
      "default error amq.rabbitmq.log",
      "connection error amq.rabbitmq.log",
      "channel error amq.rabbitmq.log",
      "audit error amq.rabbitmq.log",
    ]);
    assert.ok(found.includes("default info stdout"));
  });
});
