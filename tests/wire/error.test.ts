import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import * as errors from "../../src/wire/error.ts";
import { REPLY_CODES } from "../../src/wire/reply_code.ts";

describe("a protocol error", () => {
  it("puts the name of its code before the explanation", () => {
    const error = errors.notFound("no queue 'x' in vhost '/'");
    assert.equal(error.code, 404);
    assert.equal(error.replyText, "NOT_FOUND - no queue 'x' in vhost '/'");
    assert.equal(error.message, error.replyText);
  });

  it("closes a channel exactly when AMQP calls its code a soft error", () => {
    const makers = Object.values(errors).filter((value) => typeof value === "function" && !("prototype" in value)) as ((
      text: string,
    ) => errors.ChannelError | errors.ConnectionError)[];
    for (const make of makers) {
      const error = make("why");
      const { scope } = Object.values(REPLY_CODES).find(({ code }) => code === error.code)!;
      // 403 closes the connection when a login was refused.
      if (make === errors.loginRefused) assert.ok(error instanceof errors.ConnectionError);
      else assert.equal(error instanceof errors.ChannelError, scope === "channel", error.replyText);
    }
  });

  it("cuts its text at 255 bytes without splitting a character", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), (explanation) => {
      const { replyText } = errors.syntaxError(explanation);
      const full = `SYNTAX_ERROR - ${explanation}`;
      const bytes = new TextEncoder().encode(replyText).length;
      assert.ok(bytes <= 255, `${bytes} bytes`);
      assert.ok(full.startsWith(replyText));
      if (replyText !== full) assert.ok(bytes > 255 - 4, `only ${bytes} bytes are left`);
    }));
  });
});
