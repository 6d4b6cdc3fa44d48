import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api/api_error.ts";
import { apiPath, apiQuery } from "../../api/client.ts";
import type { ListPage } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { policyTexts } from "./texts.ts";
import { appliesToExchanges, appliesToQueues, type ApplyTo, queuesOf } from "./policy.ts";

/** Number of names that are shown of each kind. */
const SHOWN_MAX = 10;
/** Number of objects with a matching name that are read; more are said to be there. */
const READ_MAX = 500;
/** Time without a key press after which the broker is asked. In milliseconds. */
const PAUSE_MS = 300;

interface Named {
  readonly name: string;
  readonly type: string;
}

/** Shows which queues and exchanges a policy would match: the broker matches, as it reads patterns in its own way. */
export function PolicyMatches({ vhost, pattern, applyTo }: {
  readonly vhost: string;
  readonly pattern: string;
  readonly applyTo: ApplyTo;
}) {
  const t = policyTexts();
  const settled = useSettled(pattern);
  const pathOf = (resource: string, isWanted: boolean) =>
    settled === "" || !isWanted ? undefined : resource + apiPath`/${vhost}` + apiQuery({
      name: settled,
      use_regex: "true",
      page: 1,
      page_size: READ_MAX,
      columns: "name,type",
      sort: "name",
    });
  const queues = usePoll<ListPage<Named>>(pathOf("queues", appliesToQueues(applyTo)));
  const exchanges = usePoll<ListPage<Named>>(pathOf("exchanges", appliesToExchanges(applyTo)));
  if (settled === "") return null;
  if (queues.error instanceof ApiError || exchanges.error instanceof ApiError) {
    return <p class="field-error" role="status">{t.badPattern}</p>;
  }
  const matching = queuesOf(queues.data?.items ?? [], applyTo);
  const named = (exchanges.data?.items ?? []).filter(({ name }) => name !== "");
  return (
    <section aria-live="polite" aria-label={t.matches}>
      <h3>{t.matches}</h3>
      {matching.length + named.length === 0 && <p class="note">{t.matchesNone}</p>}
      <Names label={t.matchesQueues} names={matching} />
      <Names label={t.matchesExchanges} names={named} />
    </section>
  );
}

function Names({ label, names }: { readonly label: string; readonly names: readonly Named[] }) {
  if (names.length === 0) return null;
  const more = names.length > SHOWN_MAX ? `, … ${policyTexts().matchesMore}` : "";
  return (
    <p>
      <strong>{label} ({names.length === READ_MAX ? `${READ_MAX}+` : names.length}):</strong>{" "}
      {names.slice(0, SHOWN_MAX).map(({ name }) => name).join(", ")}
      {more}
    </p>
  );
}

/** Returns a text once it has stayed the same for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
