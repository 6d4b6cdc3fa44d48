import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LogCategory, LogLevel } from "../../../src/broker/events/logger.ts";
import { EventLog } from "../../../src/broker/tracing/event_log.ts";

describe("the log of events", () => {
  it("names the virtual host of a parameter, and none of a global one", () => {
    const lines: [LogLevel, string, LogCategory | undefined][] = [];
    const log = new EventLog("n@h", (level, line, category) => void lines.push([level, line, category]));
    const inVhost = { component: "shovel", name: "s", vhost: "v" };
    const global = { component: "global", name: "g" };
    log.notify("parameter.set", { ...inVhost, value: "secret" }, "alice");
    log.notify("parameter.set", { ...global, value: "secret" }, "alice");
    log.notify("parameter.cleared", inVhost, "alice");
    log.notify("parameter.cleared", global, "alice");
    const ofVhost = "parameter 's' of component 'shovel' in virtual host 'v', by user 'alice'";
    assert.deepEqual(lines, [
      ["notice", `Set ${ofVhost}`, "audit"],
      ["notice", "Set global parameter 'g', by user 'alice'", "audit"],
      ["notice", `Cleared ${ofVhost}`, "audit"],
      ["notice", "Cleared global parameter 'g', by user 'alice'", "audit"],
    ]);
  });
});
