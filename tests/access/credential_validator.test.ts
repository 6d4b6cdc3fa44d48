import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { credentialValidator } from "../../src/access/credential_validator.ts";
import { PatternError } from "../../src/pattern/syntax.ts";

describe("a credential validator", () => {
  it("accepts everything by default", () => {
    const validate = credentialValidator();
    for (const password of ["", "a", "🐇\0"]) assert.equal(validate("carrot", password), undefined);
  });

  it("of a minimum length counts bytes, five by default", () => {
    const validation_backend = "rabbit_credential_validator_min_password_length";
    const validate = credentialValidator({ validation_backend });
    assert.equal(validate("carrot", "abcd"), "minimum required password length is 5");
    assert.equal(validate("carrot", "abcde"), undefined);
    assert.equal(validate("carrot", "äöu"), undefined);
    const long = credentialValidator({ validation_backend, min_length: 8 });
    assert.equal(long("carrot", "abcdefg"), "minimum required password length is 8");
    assert.equal(long("carrot", "abcdefgh"), undefined);
  });

  it("of a regular expression finds it anywhere in the password", () => {
    const validation_backend = "rabbit_credential_validator_password_regexp";
    const validate = credentialValidator({ validation_backend, regexp: "[0-9]{2}" });
    assert.equal(validate("carrot", "ab12cd"), undefined);
    assert.equal(validate("ca12ot", "ab1c2d"), "provided password does not match the validator regular expression");
    assert.throws(() => credentialValidator({ validation_backend }), RangeError);
    assert.throws(() => credentialValidator({ validation_backend, regexp: "(" }), PatternError);
  });
});
