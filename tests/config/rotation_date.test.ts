import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lastRotation, parseRotationDate } from "../../src/config/rotation_date.ts";

const lastAt = (text: string, now: string): string => {
  const date = lastRotation(parseRotationDate(text)!, new Date(now));
  const part = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}T` +
    `${part(date.getHours())}:${part(date.getMinutes())}`;
};

describe("the time at which a log file rotates", () => {
  for (
    const [text, now, last] of [
      // A Saturday.
      ["$D0", "2026-11-28T10:30", "2026-11-28T00:00"],
      ["$D23", "2026-11-28T10:30", "2026-11-27T23:00"],
      ["$D23", "2026-11-28T23:00", "2026-11-28T23:00"],
      ["$W0D23", "2026-11-28T10:30", "2026-11-22T23:00"],
      ["$W5D16", "2026-11-28T10:30", "2026-11-27T16:00"],
      ["$W6D16", "2026-11-28T10:30", "2026-11-21T16:00"],
      ["$M1D0", "2026-11-28T10:30", "2026-11-01T00:00"],
      ["$M29D6", "2026-11-28T10:30", "2026-10-29T06:00"],
      ["$M31D6", "2027-03-01T00:00", "2027-02-28T06:00"],
      ["$MlD6", "2027-03-31T07:00", "2027-03-31T06:00"],
      ["$H30", "2026-11-28T10:29", "2026-11-28T09:30"],
      ["$H30", "2026-11-28T10:30", "2026-11-28T10:30"],
    ]
  ) {
    it(`was ${last} by ${text} at ${now}`, () => assert.equal(lastAt(text, now), last));
  }

  it("is never by default", () => assert.equal(parseRotationDate(""), undefined));

  for (const text of ["D0", "$D24", "$W7", "$M0", "$X1", "$D0x", "midnight", "$"]) {
    it(`can't be ${text}`, () =>
      assert.throws(() => parseRotationDate(text), /such as \$D0, \$D23, \$W0D23 or \$M1D0/));
  }
});
