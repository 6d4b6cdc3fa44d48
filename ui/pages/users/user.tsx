import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { Badge } from "../../components/badge.tsx";
import { TextField } from "../../components/field.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Page } from "../../components/page.tsx";
import { ask } from "../../components/questions.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { carryOut } from "../../state/carry_out.ts";
import { Permissions } from "./permissions.tsx";
import { userTexts } from "./texts.ts";
import { TopicPermissions } from "./topic_permissions.tsx";
import type { User } from "./types.ts";
import { changedUser } from "./user_changes.ts";

/** A user: what it may do, and its account. */
export function UserPage({ name }: { readonly name: string }) {
  const t = userTexts();
  const polled = usePoll<User>(apiPath`users/${name}`);
  const connections = usePoll<readonly unknown[]>(apiPath`connections/username/${name}`);
  const count = connections.data?.length ?? 0;
  const closeAll = async () => {
    if (!await ask({ title: t.closeTitle(name), text: t.closeText(count), action: t.closeConnections })) return;
    if (await carryOut(api.delete(apiPath`connections/username/${name}`), t.closed(name))) connections.reload();
  };
  const remove = async () => {
    if (!await ask({ title: t.removeTitle(name), text: t.removeText, action: t.remove })) return;
    if (await carryOut(api.delete(apiPath`users/${name}`), t.removed(name))) location.hash = "#/users";
  };
  return (
    <Page
      title={name}
      trail={<a href="#/users">{t.title}</a>}
      badges={polled.data?.tags.map((tag) => <Badge key={tag}>{tag}</Badge>)}
      actions={
        <>
          <button type="button" class="button" disabled={count === 0} onClick={() => void closeAll()}>
            {t.closeConnections}
          </button>
          <button type="button" class="button" data-kind="danger" onClick={() => void remove()}>{t.remove}</button>
        </>
      }
    >
      <Loaded polled={polled}>
        {(user) => (
          <Tabs
            label={t.parts}
            tabs={[
              { name: "permissions", label: t.permissions, content: () => <Permissions user={name} /> },
              { name: "topics", label: t.topicPermissions, content: () => <TopicPermissions user={name} /> },
              {
                name: "account",
                label: t.account,
                content: () => <Account key={user.tags.join()} user={user} onDone={polled.reload} />,
              },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** A form for the tags and the password of a user. */
function Account({ user, onDone }: { readonly user: User; readonly onDone: () => void }) {
  const t = userTexts();
  const [tags, setTags] = useState(user.tags.join(","));
  const [password, setPassword] = useState("");
  const change = async () => {
    const body = changedUser(user, tags, password);
    if (!await carryOut(api.put(apiPath`users/${user.name}`, body), t.changed(user.name))) return;
    setPassword("");
    onDone();
  };
  return (
    <section class="panel">
      <h2>{t.account}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <TextField label={t.tags} hint={t.tagsHint} value={tags} onChange={setTags} autocomplete="off" />
        <TextField
          label={t.newPassword}
          type="password"
          value={password}
          onChange={setPassword}
          autocomplete="new-password"
        />
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary">{t.change}</button>
        </div>
      </form>
    </section>
  );
}
