/** Stands in for `node:assert/strict` in a browser, where Bun's own `node:assert` has it as a property. */
import assert from "node:assert";

export default assert.strict;
