import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reload } from "../../src/config/reload.ts";
import { settingsOf } from "./read_conf.ts";

const linesOf = (before: string, after: string) => reload(settingsOf(before), settingsOf(after)).lines;

describe("a reloaded configuration", () => {
  it("reports for each changed key when it takes effect", () => {
    const before = "log.console.level = info\nlisteners.tcp.default = 5672\nheartbeat = 60\nconnection_max = 5\n";
    const after = "log.console.level = debug\nlisteners.tcp.default = 5673\nheartbeat = 30\ndefault_vhost = /x\n";
    assert.deepEqual(linesOf(before, after), [
      "log.console.level: now debug",
      "listeners.tcp.default: changes at the next start",
      "heartbeat: now 30, for new connections",
      "connection_max: now infinity",
      "default_vhost: changes at the next start",
    ]);
    assert.deepEqual(linesOf(before, before), []);
  });

  it("takes effect at once only where it can", () => {
    const after = "heartbeat = 30\nlisteners.tcp.default = 5673\ncluster_name = b\n";
    const { config, settings } = reload(
      settingsOf("listeners.tcp.default = 5672\nframe_max = 8192"),
      settingsOf(after),
    );
    assert.deepEqual(config, { heartbeatSeconds: 30, listeners: [{ port: 5672 }] });
    assert.deepEqual(reload(settings, settingsOf(after)).lines, [
      "listeners.tcp.default: changes at the next start",
      "cluster_name: changes at the next start",
    ]);
  });

  it("shows no default for a key with the name of a user, which has none", () => {
    assert.deepEqual(linesOf("loopback_users.carrot = true", "loopback_users.guest = false"), [
      "loopback_users.carrot: now not set, for new connections",
      "loopback_users.guest: now false, for new connections",
    ]);
    assert.deepEqual(linesOf("loopback_users = none", ""), ["loopback_users: now not set, for new connections"]);
  });

  it("shows no secret", () => {
    const lines = linesOf("default_pass = old", "default_pass = new\nauth_ldap.dn_lookup_bind.password = x");
    assert.deepEqual(lines, [
      "default_pass: changes at the next start",
      "auth_ldap.dn_lookup_bind.password: changes at the next start",
    ]);
  });

  it("warns about new keys without effect, and not again about others", () => {
    const [line, ...others] = linesOf(
      "management.delegate_count = 1",
      "\nmanagement.delegate_count = 1\nmqtt.listeners.tcp.1 = 1883",
    );
    assert.match(line, /mqtt\.listeners\.tcp\.1 has no effect/);
    assert.deepEqual(others, []);
  });

  it("is refused as a whole when anything is wrong", () => {
    assert.throws(() => linesOf("heartbeat = 60", "heartbeat = 30\nheart = 1"), /there is no key "heart"/);
  });
});
