import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { DataTable } from "../../components/data_table.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { Page } from "../../components/page.tsx";
import { useVhosts } from "../../components/vhost_choice.tsx";
import { common } from "../../i18n/common.ts";
import { useLocalList } from "../../lists/use_list.ts";
import { linkTo } from "../../router/links.ts";
import { carryOut } from "../../state/carry_out.ts";
import { userTexts } from "./texts.ts";
import type { Permission, User } from "./types.ts";
import { vhostsOfUsers } from "./user_changes.ts";

/** All users of the broker's own. */
export function UsersPage() {
  const t = userTexts();
  const list = useLocalList(usePoll<readonly User[]>("users"), ({ name }) => name);
  const { data: permissions = [] } = usePoll<readonly Permission[]>("permissions");
  const vhosts = vhostsOfUsers(permissions);
  const [isAdding, setAdding] = useState(false);
  return (
    <Page
      title={t.title}
      actions={
        <button type="button" class="button" data-kind="primary" onClick={() => setAdding(true)}>{t.add}</button>
      }
    >
      <DataTable
        caption={t.title}
        list={list}
        columns={[
          { key: "name", label: t.name, sort: "name", cell: ({ name }) => <a href={linkTo.user(name)}>{name}</a> },
          { key: "tags", label: t.tags, cell: ({ tags }) => tags.join(", ") },
          { key: "vhosts", label: t.vhosts, cell: ({ name }) => vhosts.get(name)?.join(", ") ?? t.noVhosts },
          {
            key: "password",
            label: t.passwordKind,
            cell: ({ password_hash }) => password_hash === "" ? t.hasNoPassword : t.hasPassword,
          },
        ]}
        keyOf={({ name }) => name}
        empty={<EmptyState title={t.none}>{t.noneHint}</EmptyState>}
      />
      {isAdding && <AddUser onDone={list.reload} onClose={() => setAdding(false)} />}
    </Page>
  );
}

/** A form that adds a user, with all permissions on one virtual host if wanted. */
function AddUser({ onDone, onClose }: { readonly onDone: () => void; readonly onClose: () => void }) {
  const t = userTexts();
  const vhosts = useVhosts();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [tags, setTags] = useState("");
  const [vhost, setVhost] = useState("");
  const add = async () => {
    if (!await carryOut(api.put(apiPath`users/${name}`, { password, tags }), t.added(name))) return;
    if (vhost !== "") {
      const all = { configure: ".*", write: ".*", read: ".*" };
      await carryOut(api.put(apiPath`permissions/${vhost}/${name}`, all), t.permitted(vhost));
    }
    onDone();
    onClose();
  };
  return (
    <Dialog title={t.add} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <TextField label={t.name} value={name} onChange={setName} autocomplete="off" required />
        <TextField
          label={t.password}
          type="password"
          value={password}
          onChange={setPassword}
          autocomplete="new-password"
          required
        />
        <TextField label={t.tags} hint={t.tagsHint} value={tags} onChange={setTags} autocomplete="off" />
        <SelectField
          label={t.grantOn}
          value={vhost}
          options={[["", t.grantNothing], ...vhosts.map((name) => [name, name] as const)]}
          onChange={setVhost}
        />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{common().cancel}</button>
          <button type="submit" class="button" data-kind="primary">{t.addAction}</button>
        </div>
      </form>
    </Dialog>
  );
}
