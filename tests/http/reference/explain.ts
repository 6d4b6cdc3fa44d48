import type { Difference } from "./difference.ts";
import type { Explanation } from "./explanations.ts";

/** Differences that nothing explains, and explanations of nothing. */
export interface Verdict {
  readonly unexplained: readonly Difference[];
  readonly unused: readonly Explanation[];
}

/**
 * Looks for the explanation of each difference from RabbitMQ 4.3. One that says that HareMQ answers as RabbitMQ 3.10 does
 * must be right: there is no difference from that at the same place.
 */
export function explain(
  from43: readonly Difference[],
  from310: readonly Difference[],
  explanations: readonly Explanation[],
): Verdict {
  const placeOf = ({ request, path }: Difference) => `${request}\n${path}`;
  const places310 = new Set(from310.map(placeOf));
  const used = new Set<Explanation>();
  const unexplained = from43.filter((difference) => {
    const explanation = explanations.find(({ request, path, isAs310, where }) =>
      request.test(difference.request) && path.test(difference.path) &&
      (isAs310 !== true || !places310.has(placeOf(difference))) && (where?.(difference) ?? true)
    );
    if (explanation !== undefined) used.add(explanation);
    return explanation === undefined;
  });
  return { unexplained, unused: explanations.filter((explanation) => !used.has(explanation)) };
}
