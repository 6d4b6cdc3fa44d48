/** Extracts the failed tests from the output of a runtime's test runner. */

const MOST_LINES = 400;
/** Number of lines that are shown of a run that failed without naming a test, as it could not begin or crashed. */
const LAST_LINES = 40;

/** Extracts the failures and their reasons from the output of `deno test`. */
export function failuresOnDeno(output: string): string {
  const lines = linesOf(output);
  const errorsAt = lines.indexOf(" ERRORS ");
  if (errorsAt < 0) return lastOf(lines);
  const failed = lines.slice(0, errorsAt).filter((line) => / FAILED( \(|$)/.test(line));
  return shortened([...failed, ...lines.slice(errorsAt + 1)]);
}

/**
 * Extracts the failures and their reasons from the output of `bun test`, which reports each failure where it happens,
 * above the test's name. Names follow signs instead of words when the output has colours.
 */
export function failuresOnBun(output: string): string {
  const lines = linesOf(output);
  const failures: string[] = [];
  let since = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (/^\d+ tests? failed:$/.test(line)) break;
    if (/^(\((pass|skip|todo)\)|[✓»✎]) |^\S+\.ts:$/.test(line)) since = at + 1;
    else if (line.startsWith("# Unhandled error")) since = at;
    else if (/^(\(fail\)|✗) /.test(line) || /^-+$/.test(line) && since < at - 1) {
      if (lines[at + 1]?.startsWith("  ^ ")) at++;
      failures.push(...lines.slice(since, at + 1));
      since = at + 1;
    }
  }
  return failures.length > 0 ? shortened(failures) : lastOf(lines);
}

/** Extracts the failures and their reasons from the output of `node --test`, which lists them at its end. */
export function failuresOnNode(output: string): string {
  const lines = linesOf(output);
  const failuresAt = lines.indexOf("✖ failing tests:");
  return failuresAt < 0 ? lastOf(lines) : shortened(lines.slice(failuresAt + 1));
}

function linesOf(output: string): string[] {
  // deno-lint-ignore no-control-regex -- colours
  return output.replace(/\x1b\[[\d;]*m/g, "").trimEnd().split("\n");
}

function lastOf(lines: readonly string[]): string {
  return lines.slice(-LAST_LINES).join("\n");
}

function shortened(lines: readonly string[]): string {
  const left = lines.length - MOST_LINES;
  const shown = left > 0 ? [...lines.slice(0, MOST_LINES), `… and ${left} more lines above`] : lines;
  return shown.join("\n").trim();
}
