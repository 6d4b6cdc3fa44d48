import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HASHING_ALGORITHMS, hashPassword, isHashingAlgorithm, verifyPassword } from "../../src/access/password.ts";

const salted = (...salt: number[]) => (bytes: Uint8Array): Uint8Array => (bytes.set(salt), bytes);

/** A password with hashes that RabbitMQ 3.10.8 has exported. */
const PASSWORD = "päss \u{1f407}\0\u{202e}";
const EXPORTED = [
  ["rabbit_password_hashing_sha256", "miRbPx+m8YoZ7whOip+93uwKS5ke9klVz7j1PJdVAu2pMvQq"],
  [
    "rabbit_password_hashing_sha512",
    "Jd8qhMX+35OY2SzHqLE3AdogygZKdqGSIk3CID0s+bdcTI8nWiJqQrJOpxhMPCJ3GR35uhSqdFysiMPa+PJAfxfvkQo=",
  ],
  ["rabbit_password_hashing_md5", "BRW7cwXoEZB+zddnz6urWzbdZyE="],
];

describe("a password's hash", () => {
  it("is RabbitMQ's: four bytes of salt and the SHA-256 of salt and password", () => {
    // The example of RabbitMQ's page on passwords: "test12", salted with 908DC60A.
    const hash = hashPassword("test12", salted(0x90, 0x8d, 0xc6, 0x0a));
    assert.equal(hash.toBase64(), "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR");
  });

  it("from RabbitMQ verifies its password, and no other", () => {
    const hash = Uint8Array.fromBase64("kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR");
    assert.equal(verifyPassword(hash, "test12"), true);
    for (const wrong of ["test1", "test123", "", "Test12", "test12\0"]) {
      assert.equal(verifyPassword(hash, wrong), false);
    }
  });

  it("differs with each salt, and takes any text", () => {
    const passwords = ["", "guest", "pässwörd", "🐇".repeat(100)];
    for (const password of passwords) {
      const [first, second] = [hashPassword(password, salted(1, 2, 3, 4)), hashPassword(password, salted(1, 2, 3, 5))];
      assert.notDeepEqual(first, second);
      assert.ok(verifyPassword(first, password) && verifyPassword(second, password));
    }
  });

  it("that is cut short verifies no password", () => {
    const hash = hashPassword("guest", salted(1, 2, 3, 4));
    for (const length of [0, 3, 4, 20, 35]) assert.equal(verifyPassword(hash.subarray(0, length), "guest"), false);
  });

  it("verifies its password only with its own algorithm, for each of RabbitMQ's", () => {
    for (const algorithm of HASHING_ALGORITHMS) {
      const hash = hashPassword("crunch", salted(1, 2, 3, 4), algorithm);
      for (const other of HASHING_ALGORITHMS) {
        assert.equal(verifyPassword(hash, "crunch", other), other === algorithm);
        assert.equal(verifyPassword(hash, "munch", other), false);
      }
    }
  });

  it("exported by RabbitMQ 3.10 verifies its password", () => {
    for (const [algorithm, hash] of EXPORTED) {
      assert.ok(isHashingAlgorithm(algorithm));
      assert.equal(verifyPassword(Uint8Array.fromBase64(hash), PASSWORD, algorithm), true, algorithm);
      assert.equal(verifyPassword(Uint8Array.fromBase64(hash), PASSWORD + " ", algorithm), false, algorithm);
    }
    assert.equal(isHashingAlgorithm("rabbit_password_hashing_rot13"), false);
    assert.equal(isHashingAlgorithm("toString"), false);
  });
});
