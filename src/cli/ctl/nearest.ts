/** Least similarity of a suggestion, as in Elixir's "Did you mean". */
const LEAST_SIMILARITY = 0.77;

/** Returns the name that is most similar to a mistyped one, unless none is similar enough. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let similarity = LEAST_SIMILARITY;
  for (const name of [...names].sort()) {
    const found = jaroSimilarity(name, typed);
    if (found > similarity || (nearest === undefined && found === similarity)) {
      nearest = name;
      similarity = found;
    }
  }
  return nearest;
}

/** Returns the Jaro similarity of two texts, from 0 to 1. */
function jaroSimilarity(one: string, other: string): number {
  if (one === other) return 1;
  const range = Math.max(Math.floor(Math.max(one.length, other.length) / 2) - 1, 0);
  const isTaken = new Array<boolean>(other.length).fill(false);
  const matched: string[] = [];
  for (let at = 0; at < one.length; at++) {
    const to = Math.min(at + range + 1, other.length);
    for (let place = Math.max(0, at - range); place < to; place++) {
      if (isTaken[place] || other[place] !== one[at]) continue;
      isTaken[place] = true;
      matched.push(one[at]);
      break;
    }
  }
  if (matched.length === 0) return 0;
  const otherMatched = [...other].filter((_, place) => isTaken[place]);
  const transpositions = matched.filter((letter, at) => letter !== otherMatched[at]).length / 2;
  const { length } = matched;
  return (length / one.length + length / other.length + (length - transpositions) / length) / 3;
}
