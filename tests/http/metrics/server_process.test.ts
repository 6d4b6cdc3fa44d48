import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { startBrokerUnderTest } from "../../broker_under_test.ts";
import { valueOf } from "./exposition_parser.ts";
import { scrape } from "./scrape.ts";

describe("the metrics of a server", () => {
  it("tell about its process and its disk", async () => {
    const broker = await startBrokerUnderTest({ config: { diskFreeLimit: { bytes: 1000 } } });
    const exposition = await scrape(broker.embedded!);
    await broker.close();
    const value = (name: string) => valueOf(exposition, `rabbitmq_${name}`)!;
    assert.ok(value("process_resident_memory_bytes") > 1_000_000);
    assert.ok(value("disk_space_available_bytes") > 0);
    assert.equal(value("disk_space_available_limit_bytes"), 1000);
    assert.ok(value("erlang_uptime_seconds") > 0);
    assert.ok(value("resident_memory_limit_bytes") > 0);
    if (process.platform === "linux") assert.ok(value("process_open_fds") < value("process_max_fds"));
  });
});
