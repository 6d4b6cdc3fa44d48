import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { SelectField, TextField } from "../../components/field.tsx";
import { ask } from "../../components/questions.tsx";
import { useVhosts } from "../../components/vhost_choice.tsx";
import { linkTo } from "../../router/links.ts";
import { carryOut } from "../../state/carry_out.ts";
import { Granted } from "./granted.tsx";
import { userTexts } from "./texts.ts";
import type { Permission } from "./types.ts";

/** What a user may do on which virtual host (RabbitMQ: Access Control). */
export function Permissions({ user }: { readonly user: string }) {
  const t = userTexts();
  const polled = usePoll<readonly Permission[]>(apiPath`users/${user}/permissions`);
  const clear = async (vhost: string) => {
    if (!await ask({ title: t.clearTitle(user, vhost), text: t.clearText, action: t.clear })) return;
    if (await carryOut(api.delete(apiPath`permissions/${vhost}/${user}`), t.cleared)) polled.reload();
  };
  return (
    <>
      <Granted
        caption={t.permissions}
        polled={polled}
        columns={[
          { key: "vhost", label: t.vhost, cell: ({ vhost }) => <a href={linkTo.vhost(vhost)}>{vhost}</a> },
          { key: "configure", label: t.configure, cell: ({ configure }) => <code>{configure}</code> },
        ]}
        keyOf={({ vhost }) => vhost}
        none={t.noPermissions}
        noneHint={t.noPermissionsHint}
        onClear={(vhost) => void clear(vhost)}
      />
      <SetPermissions user={user} onDone={polled.reload} />
    </>
  );
}

function SetPermissions({ user, onDone }: { readonly user: string; readonly onDone: () => void }) {
  const t = userTexts();
  const vhosts = useVhosts();
  const [chosen, setChosen] = useState<string>();
  const [configure, setConfigure] = useState(".*");
  const [write, setWrite] = useState(".*");
  const [read, setRead] = useState(".*");
  const vhost = chosen ?? vhosts[0] ?? "";
  const set = async () => {
    const path = apiPath`permissions/${vhost}/${user}`;
    if (await carryOut(api.put(path, { configure, write, read }), t.permitted(vhost))) onDone();
  };
  return (
    <section class="panel">
      <h2>{t.setPermissions}</h2>
      <p class="note">{t.patternsHint}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void set();
        }}
      >
        <SelectField
          label={t.vhost}
          value={vhost}
          options={vhosts.map((name) => [name, name])}
          onChange={setChosen}
        />
        <div class="form-row">
          <TextField label={t.configure} value={configure} onChange={setConfigure} autocomplete="off" />
          <TextField label={t.write} value={write} onChange={setWrite} autocomplete="off" />
          <TextField label={t.read} value={read} onChange={setRead} autocomplete="off" />
        </div>
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary" disabled={vhost === ""}>{t.setPermissions}</button>
        </div>
      </form>
    </section>
  );
}
