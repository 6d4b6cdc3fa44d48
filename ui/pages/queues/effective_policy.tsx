import { apiPath } from "../../api/client.ts";
import type { Queue } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { EmptyState } from "../../components/empty_state.tsx";
import { Table } from "../../components/table.tsx";
import { linkTo } from "../../router/links.ts";
import { effectiveKeys, type PolicyDefinition } from "./policy_sources.ts";
import { queueTexts } from "./texts.ts";

/** Interval in which policies are read. In milliseconds. */
const INTERVAL_MS = 30_000;

/** What policies say about a queue, and which of them. */
export function EffectivePolicy({ queue }: { readonly queue: Queue }) {
  const t = queueTexts();
  const { vhost, policy, operator_policy } = queue;
  const named = (name: string | null, path: string) => name === null ? undefined : path;
  const options = { intervalMs: INTERVAL_MS };
  const users = usePoll<readonly PolicyDefinition[]>(named(policy, apiPath`policies/${vhost}`), options);
  const operators = usePoll<readonly PolicyDefinition[]>(
    named(operator_policy, apiPath`operator-policies/${vhost}`),
    options,
  );
  const find = (policies: readonly PolicyDefinition[] | undefined, name: string | null) =>
    policies?.find((policy) => policy.name === name);
  const keys = effectiveKeys(
    queue.effective_policy_definition,
    find(users.data, policy),
    find(operators.data, operator_policy),
  );
  return (
    <section class="panel">
      <h2>{t.effectivePolicy}</h2>
      {keys.length === 0 ? <EmptyState title={t.noPolicy}>{t.noPolicyHint}</EmptyState> : (
        <Table
          caption={t.effectivePolicy}
          items={keys}
          keyOf={({ key }) => key}
          columns={[
            { key: "key", label: t.key, cell: ({ key }) => <code>{key}</code> },
            { key: "value", label: t.value, cell: ({ value }) => <code>{JSON.stringify(value)}</code> },
            {
              key: "policy",
              label: t.setBy,
              cell: ({ policy, isOperators }) =>
                policy !== undefined && (
                  <>
                    {isOperators ? policy : <a href={linkTo.policy(vhost, policy)}>{policy}</a>}
                    {isOperators && <span class="note">{` ${t.operatorPolicy}`}</span>}
                  </>
                ),
            },
          ]}
        />
      )}
    </section>
  );
}
