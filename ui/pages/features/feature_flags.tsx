import { usePoll } from "../../api/use_poll.ts";
import { Badge } from "../../components/badge.tsx";
import { DataTable } from "../../components/data_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Page } from "../../components/page.tsx";
import type { Column } from "../../components/table.tsx";
import { useLocalList } from "../../lists/use_list.ts";
import { DocLink } from "./doc_link.tsx";
import type { FeatureTexts } from "./en.ts";
import { featureTexts } from "./texts.ts";

/** Interval in which flags are read, which hardly ever change. In milliseconds. */
const INTERVAL_MS = 60_000;

interface FeatureFlag {
  readonly name: string;
  readonly desc: string;
  readonly doc_url: string;
  readonly state: string;
  readonly stability: string;
  readonly provided_by: string;
}

/** RabbitMQ's feature flags. */
export function FeatureFlagsPage() {
  const t = featureTexts();
  const polled = usePoll<readonly FeatureFlag[]>("feature-flags", { intervalMs: INTERVAL_MS });
  const list = useLocalList(polled, ({ name }) => name);
  return (
    <Page title={t.flags}>
      <p>{t.flagsText}</p>
      <DataTable
        caption={t.flags}
        list={list}
        columns={columns(t)}
        keyOf={({ name }) => name}
        empty={<EmptyState title={t.none} />}
      />
    </Page>
  );
}

const columns = (t: FeatureTexts): readonly Column<FeatureFlag>[] => [
  { key: "name", label: t.name, sort: "name", cell: ({ name }) => <code>{name}</code> },
  {
    key: "state",
    label: t.state,
    sort: "state",
    cell: ({ state }) => <Badge tone={state === "enabled" ? "good" : "warn"}>{t.states[state] ?? state}</Badge>,
  },
  {
    key: "stability",
    label: t.stability,
    sort: "stability",
    cell: ({ stability }) => t.stabilities[stability] ?? stability,
  },
  { key: "description", label: t.description, cell: ({ desc }) => <span lang="en">{desc}</span> },
  { key: "provider", label: t.providedBy, sort: "provided_by", isExtra: true, cell: ({ provided_by }) => provided_by },
  { key: "doc", label: t.documentation, cell: ({ name, doc_url }) => <DocLink name={name} url={doc_url} /> },
];
