import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { may } from "../../api/may.ts";
import { api } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { DataTable } from "../../components/data_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Page } from "../../components/page.tsx";
import { ask } from "../../components/questions.tsx";
import type { Column } from "../../components/table.tsx";
import { TableArguments } from "../../components/table_arguments.tsx";
import { VhostChoice } from "../../components/vhost_choice.tsx";
import { common } from "../../i18n/common.ts";
import { useLocalList } from "../../lists/use_list.ts";
import { linkTo } from "../../router/links.ts";
import { address } from "../../router/router.ts";
import { readListState } from "../../lists/list_state.ts";
import { carryOut } from "../../state/carry_out.ts";
import type { PolicyTexts } from "./en.ts";
import { type Policy, POLICY_KINDS, type PolicyKind } from "./policy.ts";
import { PolicyForm } from "./policy_form.tsx";
import { policyTexts } from "./texts.ts";

/** All policies of a kind, of one virtual host or of all. */
export function PoliciesPage({ kind, opened }: {
  readonly kind: PolicyKind;
  /** Policy whose form is open, by the address. */
  readonly opened?: Pick<Policy, "vhost" | "name">;
}) {
  const t = policyTexts();
  const resource = POLICY_KINDS[kind];
  const { vhost } = readListState(address.value.query);
  const polled = usePoll<readonly Policy[]>(vhost === "" ? resource : resource + apiPath`/${vhost}`);
  const list = useLocalList(polled, ({ name }) => name);
  const mayChange = may(kind === "policy" ? "policymaker" : "administrator");
  const [isAdding, setAdding] = useState(false);
  const [changed, setChanged] = useState<Policy>();
  const asked = opened &&
    polled.data?.find((policy) => policy.vhost === opened.vhost && policy.name === opened.name);
  const edited = changed ?? asked;
  const remove = async ({ vhost, name }: Policy) => {
    if (!await ask({ title: t.removeTitle(name), text: t.removeText, action: t.remove })) return;
    if (await carryOut(api.delete(resource + apiPath`/${vhost}/${name}`), t.removed(name))) list.reload();
  };
  const close = () => {
    setAdding(false);
    setChanged(undefined);
    if (opened !== undefined) location.hash = "#/policies";
  };
  return (
    <Page
      title={kind === "policy" ? t.title : t.operatorTitle}
      actions={mayChange && (
        <button type="button" class="button" data-kind="primary" onClick={() => setAdding(true)}>
          {kind === "policy" ? t.add : t.addOperator}
        </button>
      )}
    >
      {kind === "operator" && <p class="note">{t.operatorHint}</p>}
      <DataTable
        caption={t.title}
        list={list}
        columns={[...columns(t), ...(mayChange ? [actions(t, setChanged, (policy) => void remove(policy))] : [])]}
        keyOf={({ vhost, name }) => JSON.stringify([vhost, name])}
        empty={<EmptyState title={t.none}>{t.noneHint}</EmptyState>}
        tools={<VhostChoice list={list} />}
      />
      {mayChange && (isAdding || edited !== undefined) && (
        <PolicyForm
          key={edited === undefined ? "" : `${edited.vhost}/${edited.name}`}
          kind={kind}
          policy={edited}
          vhost={vhost || "/"}
          onDone={list.reload}
          onClose={close}
        />
      )}
    </Page>
  );
}

const columns = (t: PolicyTexts): readonly Column<Policy>[] => [
  { key: "name", label: t.name, sort: "name", cell: ({ name }) => name },
  { key: "vhost", label: t.vhost, sort: "vhost", cell: ({ vhost }) => <a href={linkTo.vhost(vhost)}>{vhost}</a> },
  { key: "pattern", label: t.pattern, sort: "pattern", cell: ({ pattern }) => <code>{pattern}</code> },
  { key: "apply-to", label: t.applyTo, cell: (policy) => t.targets[policy["apply-to"]] },
  { key: "definition", label: t.definition, cell: ({ definition }) => <TableArguments table={definition} /> },
  { key: "priority", label: t.priority, sort: "priority", isNumber: true, cell: ({ priority }) => priority },
];

const actions = (
  t: PolicyTexts,
  change: (policy: Policy) => void,
  remove: (policy: Policy) => void,
): Column<Policy> => ({
  key: "actions",
  label: common().actions,
  isNumber: true,
  cell: (policy) => (
    <>
      <button type="button" class="button" data-kind="quiet" onClick={() => change(policy)}>{t.change}</button>
      <button type="button" class="button" data-kind="quiet" onClick={() => remove(policy)}>{t.remove}</button>
    </>
  ),
});
