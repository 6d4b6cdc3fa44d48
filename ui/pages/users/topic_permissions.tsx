import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { SelectField, TextField } from "../../components/field.tsx";
import { ask } from "../../components/questions.tsx";
import { useVhosts } from "../../components/vhost_choice.tsx";
import { carryOut } from "../../state/carry_out.ts";
import { Granted } from "./granted.tsx";
import { userTexts } from "./texts.ts";
import type { TopicPermission } from "./types.ts";

/** Which routing keys of topic exchanges a user may use (RabbitMQ: Topic Authorisation). */
export function TopicPermissions({ user }: { readonly user: string }) {
  const t = userTexts();
  const polled = usePoll<readonly TopicPermission[]>(apiPath`users/${user}/topic-permissions`);
  const clear = async (vhost: string) => {
    if (!await ask({ title: t.clearTopicTitle(user, vhost), text: t.clearTopicText, action: t.clear })) return;
    if (await carryOut(api.delete(apiPath`topic-permissions/${vhost}/${user}`), t.cleared)) polled.reload();
  };
  return (
    <>
      <Granted
        caption={t.topicPermissions}
        polled={polled}
        columns={[
          { key: "exchange", label: t.exchange, cell: ({ exchange }) => exchange },
          { key: "vhost", label: t.vhost, cell: ({ vhost }) => vhost },
        ]}
        keyOf={({ vhost, exchange }) => JSON.stringify([vhost, exchange])}
        none={t.noTopicPermissions}
        noneHint={t.noTopicPermissionsHint}
        onClear={(vhost) => void clear(vhost)}
      />
      <Restrict user={user} onDone={polled.reload} />
    </>
  );
}

function Restrict({ user, onDone }: { readonly user: string; readonly onDone: () => void }) {
  const t = userTexts();
  const vhosts = useVhosts();
  const [chosen, setChosen] = useState<string>();
  const [exchange, setExchange] = useState("amq.topic");
  const [write, setWrite] = useState(".*");
  const [read, setRead] = useState(".*");
  const vhost = chosen ?? vhosts[0] ?? "";
  const set = async () => {
    const path = apiPath`topic-permissions/${vhost}/${user}`;
    if (await carryOut(api.put(path, { exchange, write, read }), t.permitted(vhost))) onDone();
  };
  return (
    <section class="panel">
      <h2>{t.setTopicPermissions}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void set();
        }}
      >
        <div class="form-row">
          <SelectField
            label={t.vhost}
            value={vhost}
            options={vhosts.map((name) => [name, name])}
            onChange={setChosen}
          />
          <TextField label={t.exchange} value={exchange} onChange={setExchange} autocomplete="off" required />
        </div>
        <div class="form-row">
          <TextField label={t.write} value={write} onChange={setWrite} autocomplete="off" />
          <TextField label={t.read} value={read} onChange={setRead} autocomplete="off" />
        </div>
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary" disabled={vhost === ""}>
            {t.setTopicPermissions}
          </button>
        </div>
      </form>
    </section>
  );
}
