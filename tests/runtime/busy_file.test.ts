import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { whileBusy } from "../../src/runtime/busy_file.ts";
import { platformOf } from "../../src/runtime/platform.ts";

const failure = (code: string) => Object.assign(new Error(code), { code });

/** Returns means of a system with a clock that jumps over each sleep. */
function meansOf(system: string) {
  let nowMs = 0;
  return {
    busyCodes: platformOf(system).busyCodes,
    now: () => nowMs,
    sleep(ms: number) {
      nowMs += ms;
      return Promise.resolve();
    },
  };
}

describe("a file that another program has open", () => {
  for (const code of ["EPERM", "EACCES", "EBUSY"]) {
    it(`is renamed once it is closed on Windows, which reports ${code} until then`, async () => {
      const means = meansOf("win32");
      const value = await whileBusy(
        () => means.now() < 500 ? Promise.reject(failure(code)) : Promise.resolve("renamed"),
        means,
      );
      assert.equal(value, "renamed");
      assert.equal(means.now(), 500);
    });
  }

  it("is given up on Windows after ten seconds, with the system's error", async () => {
    const means = meansOf("win32");
    await assert.rejects(whileBusy(() => Promise.reject(failure("EBUSY")), means), { code: "EBUSY" });
    assert.equal(means.now(), 10_000);
  });

  it("is given up at once for any other error, and elsewhere for all", async () => {
    for (const [system, code] of [["win32", "ENOENT"], ["linux", "EPERM"], ["darwin", "EBUSY"]]) {
      const means = meansOf(system);
      await assert.rejects(whileBusy(() => Promise.reject(failure(code)), means), { code });
      assert.equal(means.now(), 0);
    }
  });
});
