import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LoginAttempts } from "../../src/access/login_attempts.ts";

const peer = (host: string) => ({ isLoopback: false, host });

describe("counts of logins", () => {
  it("are kept by protocol, and by source", () => {
    const attempts = new LoginAttempts();
    attempts.count("succeeded", "amqp091", peer("1.1.1.1"), "a");
    attempts.count("failed", "amqp091", peer("1.1.1.1"), "a");
    attempts.count("failed", "amqp091", peer("2.2.2.2"), "a");
    attempts.count("succeeded", "http", peer("1.1.1.1"), "a");
    assert.deepEqual([...attempts.byProtocol], [
      ["amqp091", { succeeded: 1, failed: 2 }],
      ["http", { succeeded: 1, failed: 0 }],
    ]);
    assert.deepEqual([...attempts.sources], [
      { protocol: "amqp091", address: "1.1.1.1", username: "a", succeeded: 1, failed: 1 },
      { protocol: "amqp091", address: "2.2.2.2", username: "a", succeeded: 0, failed: 1 },
      { protocol: "http", address: "1.1.1.1", username: "a", succeeded: 1, failed: 0 },
    ]);
    attempts.reset();
    assert.deepEqual([[...attempts.byProtocol], [...attempts.sources]], [[], []]);
  });

  it("forget the source that was not used for longest, and cut long names", () => {
    const attempts = new LoginAttempts(2);
    for (const name of ["a", "b", "a", "x".repeat(1000)]) attempts.count("failed", "http", peer("1.1.1.1"), name);
    assert.deepEqual([...attempts.sources].map(({ username }) => username), ["a", "x".repeat(255)]);
    assert.equal(attempts.byProtocol.get("http")?.failed, 4);
  });
});
