import { useState } from "preact/hooks";
import { apiPath, apiQuery } from "../../api/client.ts";
import { may } from "../../api/may.ts";
import { api } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { Badge } from "../../components/badge.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Figures } from "../../components/figures.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Page } from "../../components/page.tsx";
import { ask } from "../../components/questions.tsx";
import { Table } from "../../components/table.tsx";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import { carryOut } from "../../state/carry_out.ts";
import type { Permission } from "../users/types.ts";
import { vhostTexts } from "./texts.ts";
import { VhostFields, type VhostValues } from "./vhost_fields.tsx";
import { defaultTypeOf, type Vhost, vhostBody } from "./vhost_type.ts";

/** A virtual host: its settings, and who may open it. */
export function VhostPage({ name }: { readonly name: string }) {
  const t = vhostTexts();
  const polled = usePoll<Vhost>(apiPath`vhosts/${name}`);
  const vhost = polled.data;
  const isAdministrator = may("administrator");
  return (
    <Page
      title={name}
      trail={<a href="#/vhosts">{t.title}</a>}
      badges={vhost !== undefined && (
        <>
          {vhost.protected_from_deletion && <Badge>{t.isProtected}</Badge>}
          {vhost.tracing && <Badge tone="warn">{t.isTraced}</Badge>}
        </>
      )}
      actions={isAdministrator && vhost !== undefined && <Actions vhost={vhost} onDone={polled.reload} />}
    >
      <Loaded polled={polled}>
        {(vhost) => (
          <>
            <Figures
              figures={[
                { label: t.ready, value: format().count(vhost.messages_ready ?? 0) },
                { label: t.unacked, value: format().count(vhost.messages_unacknowledged ?? 0) },
                {
                  label: t.queues,
                  value: t.queuesOf,
                  href: `#/queues${apiQuery({ vhost: name })}`,
                },
              ]}
            />
            {isAdministrator && <Settings key={name} vhost={vhost} onDone={polled.reload} />}
            {isAdministrator && <Users vhost={name} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Actions({ vhost, onDone }: { readonly vhost: Vhost; readonly onDone: () => void }) {
  const t = vhostTexts();
  const { name, tracing, protected_from_deletion: isProtected } = vhost;
  const trace = async () => {
    const change = api.put(apiPath`vhosts/${name}`, { ...bodyOf(vhost), tracing: !tracing });
    if (await carryOut(change, tracing ? t.notTraced : t.traced)) onDone();
  };
  const protect = async () => {
    const path = apiPath`vhosts/${name}/deletion/protection`;
    const change = isProtected ? api.delete(path) : api.post(path);
    if (await carryOut(change, isProtected ? t.unprotectedNow(name) : t.protectedNow(name))) onDone();
  };
  const remove = async () => {
    const text = t.removeText(format().count(vhost.messages ?? 0));
    if (!await ask({ title: t.removeTitle(name), text, action: t.remove, typed: name })) return;
    if (await carryOut(api.delete(apiPath`vhosts/${name}`), t.removed(name))) location.hash = "#/vhosts";
  };
  return (
    <>
      <button type="button" class="button" onClick={() => void trace()}>{tracing ? t.stopTracing : t.trace}</button>
      <button type="button" class="button" onClick={() => void protect()}>
        {isProtected ? t.unprotect : t.protect}
      </button>
      <button
        type="button"
        class="button"
        data-kind="danger"
        disabled={isProtected}
        onClick={() => void remove()}
      >
        {t.remove}
      </button>
    </>
  );
}

const bodyOf = (vhost: Vhost): object => vhostBody(vhost.description, vhost.tags.join(","), defaultTypeOf(vhost));

function Settings({ vhost, onDone }: { readonly vhost: Vhost; readonly onDone: () => void }) {
  const t = vhostTexts();
  const { name, description, tags } = vhost;
  const [values, setValues] = useState<VhostValues>({
    description,
    tags: tags.join(","),
    defaultType: defaultTypeOf(vhost),
  });
  const change = async () => {
    const body = vhostBody(values.description, values.tags, values.defaultType);
    if (await carryOut(api.put(apiPath`vhosts/${name}`, body), t.changed(name))) onDone();
  };
  return (
    <section class="panel">
      <h2>{t.details}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <VhostFields values={values} onChange={setValues} />
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary">{t.change}</button>
        </div>
      </form>
    </section>
  );
}

function Users({ vhost }: { readonly vhost: string }) {
  const t = vhostTexts();
  const polled = usePoll<readonly Permission[]>(apiPath`vhosts/${vhost}/permissions`);
  return (
    <section>
      <h2>{t.users}</h2>
      <Loaded polled={polled}>
        {(all) =>
          all.length === 0
            ? (
              <div class="panel">
                <EmptyState title={t.noUsers}>{t.noUsersHint}</EmptyState>
              </div>
            )
            : (
              <Table
                caption={t.users}
                items={all}
                keyOf={({ user }) => user}
                columns={[
                  { key: "user", label: t.user, cell: ({ user }) => <a href={linkTo.user(user)}>{user}</a> },
                  { key: "configure", label: t.configure, cell: ({ configure }) => <code>{configure}</code> },
                  { key: "write", label: t.write, cell: ({ write }) => <code>{write}</code> },
                  { key: "read", label: t.read, cell: ({ read }) => <code>{read}</code> },
                ]}
              />
            )}
      </Loaded>
    </section>
  );
}
