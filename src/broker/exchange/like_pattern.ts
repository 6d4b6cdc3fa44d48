/** Maximum length of a pattern. The time of a match is proportional to the lengths of pattern and text. */
const PATTERN_MAX_CHARACTERS = 1024;

/** Wildcards for any one character, and for any number of them. */
const ONE = Symbol();
const MANY = Symbol();
type Step = string | typeof ONE | typeof MANY;

/**
 * Compiles a pattern of SQL's LIKE: `_` matches any character and `%` any number of them, unless `escape` is in front.
 * Throws `SyntaxError` for an escape that is not a single character, and for a pattern that is too long.
 */
export function likePattern(pattern: string, escape: string | undefined): (text: string) => boolean {
  if (escape !== undefined && [...escape].length !== 1) throw new SyntaxError("{invalid_like_pattern,invalid_escape}");
  const characters = [...pattern];
  if (characters.length > PATTERN_MAX_CHARACTERS) throw new SyntaxError("{invalid_like_pattern,too_long}");
  const steps: Step[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i];
    if (character === escape && i + 1 < characters.length) steps.push(characters[++i]);
    else steps.push(character === "_" ? ONE : character === "%" ? MANY : character);
  }
  return (text) => isMatch(steps, [...text]);
}

/** Matches a text. It goes back to the latest `%` only: if that does not help, no earlier one does. */
function isMatch(steps: readonly Step[], text: readonly string[]): boolean {
  let step = 0;
  let many = -1;
  let manyAt = 0;
  for (let at = 0; at < text.length;) {
    if (steps[step] === MANY) {
      many = step++;
      manyAt = at;
    } else if (steps[step] === ONE || steps[step] === text[at]) {
      step++;
      at++;
    } else if (many !== -1) {
      step = many + 1;
      at = ++manyAt;
    } else return false;
  }
  while (steps[step] === MANY) step++;
  return step === steps.length;
}
