import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { runAdmin } from "../../../src/cli/admin/run.ts";
import { KeptTerminal } from "../ctl/kept_terminal.ts";

describe("rabbitmqadmin publish", () => {
  it("sends a large payload from standard input", async () => {
    const payload = "ä→".repeat(500_000);
    const terminal = new KeptTerminal("/");
    terminal.input.push([payload]);
    let sent = "";
    const fetch = (_: string, { body }: RequestInit) => {
      sent = String(body);
      return Promise.resolve(Response.json({ routed: true }));
    };
    const surroundings = { environment: () => undefined, fetch };
    assert.equal(await runAdmin(["publish", "routing_key=a"], terminal, surroundings), 0);
    assert.equal(terminal.stdout, "Message published\n");
    const { payload: encoded, payload_encoding: encoding } = JSON.parse(sent);
    assert.equal(encoding, "base64");
    assert.equal(Buffer.from(encoded, "base64").toString(), payload);
  });
});
