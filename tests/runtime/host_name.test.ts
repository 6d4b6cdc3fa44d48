import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { runtime } from "../../src/runtime/current.ts";

describe("the name of an address", () => {
  it("is the one that the system looks up", async () => {
    const name = await runtime.hostNameOf("127.0.0.1");
    assert.match(name, /^[\w.-]+$/);
    if (process.platform === "win32") return;
    const [, first] = /^127\.0\.0\.1\s+(\S+)/m.exec(readFileSync("/etc/hosts", "utf8")) ?? [];
    if (first !== undefined) assert.equal(name, first);
  });

  it("is missing for what is no address", async () => {
    await assert.rejects(async () => await runtime.hostNameOf("no address"));
  });
});
