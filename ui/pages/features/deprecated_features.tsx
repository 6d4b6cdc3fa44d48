import { usePoll } from "../../api/use_poll.ts";
import { Badge } from "../../components/badge.tsx";
import { DataTable } from "../../components/data_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { FailedRead } from "../../components/failed_read.tsx";
import { Page } from "../../components/page.tsx";
import type { Column } from "../../components/table.tsx";
import { useLocalList } from "../../lists/use_list.ts";
import { DocLink } from "./doc_link.tsx";
import type { FeatureTexts } from "./en.ts";
import { featureTexts } from "./texts.ts";

interface DeprecatedFeature {
  readonly name: string;
  readonly deprecation_phase: string;
  readonly doc_url: string;
  readonly state: string;
  readonly provided_by: string;
}

/** Features that RabbitMQ is about to remove, and whether they are in use. */
export function DeprecatedFeaturesPage() {
  const t = featureTexts();
  const list = useLocalList(usePoll<readonly DeprecatedFeature[]>("deprecated-features"), ({ name }) => name);
  const used = usePoll<readonly { readonly name: string }[]>("deprecated-features/used");
  const names = used.data?.map(({ name }) => name) ?? [];
  return (
    <Page title={t.deprecated}>
      <p>{t.deprecatedText}</p>
      <FailedRead error={used.error} onRetry={used.reload} />
      {names.length > 0 && (
        <div class="panel" role="alert">
          <Badge tone="warn">{t.inUse}</Badge> <strong>{t.usedTitle(names.join(", "))}</strong>
          <p class="note">{t.usedText}</p>
        </div>
      )}
      <DataTable
        caption={t.deprecated}
        list={list}
        columns={columns(t, names)}
        keyOf={({ name }) => name}
        empty={<EmptyState title={t.none} />}
      />
    </Page>
  );
}

const columns = (t: FeatureTexts, used: readonly string[]): readonly Column<DeprecatedFeature>[] => [
  { key: "name", label: t.name, sort: "name", cell: ({ name }) => <code>{name}</code> },
  {
    key: "use",
    label: t.use,
    cell: ({ name }) => used.includes(name) && <Badge tone="warn">{t.inUse}</Badge>,
  },
  {
    key: "phase",
    label: t.phase,
    sort: "deprecation_phase",
    cell: ({ deprecation_phase: phase }) => t.phases[phase] ?? phase,
  },
  { key: "state", label: t.state, sort: "state", cell: ({ state }) => t.states[state] ?? state },
  { key: "provider", label: t.providedBy, sort: "provided_by", isExtra: true, cell: ({ provided_by }) => provided_by },
  { key: "doc", label: t.documentation, cell: ({ name, doc_url }) => <DocLink name={name} url={doc_url} /> },
];
