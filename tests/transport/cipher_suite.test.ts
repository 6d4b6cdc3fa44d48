import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCipherSuite } from "../../src/transport/cipher_suite.ts";

describe("a cipher suite", () => {
  // Results of ssl_cipher_format:suite_bin_to_map in Erlang/OTP.
  for (
    const [name, ...words] of [
      ["TLS_AES_256_GCM_SHA384", "any", "aes_256_gcm", "aead"],
      ["TLS_CHACHA20_POLY1305_SHA256", "any", "chacha20_poly1305", "aead"],
      ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ecdhe_rsa", "aes_128_gcm", "aead"],
      ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ecdhe_ecdsa", "chacha20_poly1305", "aead"],
      ["TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ecdhe_rsa", "aes_256_cbc", "sha"],
      ["TLS_RSA_WITH_AES_128_CBC_SHA256", "rsa", "aes_128_cbc", "sha256"],
    ]
  ) {
    it(`${name} is ${words.join(", ")} in Erlang`, () => {
      const { keyExchange, cipher, hash } = readCipherSuite(name);
      assert.deepEqual([keyExchange, cipher, hash], words);
    });
  }
});
