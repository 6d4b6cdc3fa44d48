import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Formatter } from "../../ui/format/formatter.ts";

const en = new Formatter("en");
const ru = new Formatter("ru");

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("numbers and times for people", () => {
  it("are counts and rates", () => {
    assert.deepEqual([en.count(1234567), plain(ru.count(1234567))], ["1,234,567", "1 234 567"]);
    assert.deepEqual([en.rate(1234.5), en.rate(0.25), ru.rate(2.5)], ["1,235/s", "0.3/s", "2,5/с"]);
    assert.deepEqual([en.percent(0.42), en.compact(12345)], ["42%", "12.3K"]);
  });

  it("are sizes", () => {
    assert.deepEqual([en.bytes(0), en.bytes(1023), en.bytes(1536), en.bytes(5 * 1024 ** 4)], [
      "0 B",
      "1,023 B",
      "1.5 KiB",
      "5 TiB",
    ]);
  });

  it("are lengths of time in their two largest units", () => {
    const ms = [999, 61_000, 3_600_000, 3_660_000, 100 * 86_400_000 + 3_600_000];
    assert.deepEqual(ms.map((ms) => en.duration(ms)), ["0 s", "1 min 1 s", "1 h", "1 h 1 min", "100 d 1 h"]);
    assert.equal(ru.duration(61_000), "1 мин 1 с");
  });

  it("are a dash where they are not known", () => {
    for (const text of [en.count(undefined), en.rate(null), en.bytes(NaN), en.duration(undefined), en.percent(null)]) {
      assert.equal(text, "–");
    }
  });
});
