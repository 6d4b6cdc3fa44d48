import { useState } from "preact/hooks";
import { api } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { TextField } from "../../components/field.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Page } from "../../components/page.tsx";
import { tellRenaming } from "../../state/broker_name.ts";
import { carryOut } from "../../state/carry_out.ts";
import { clusterTexts } from "./texts.ts";

/** The name of the cluster, which an administrator may change. */
export function ClusterNamePage() {
  const t = clusterTexts();
  const polled = usePoll<{ readonly name: string }>("cluster-name");
  return (
    <Page title={t.title}>
      <section class="panel">
        <Loaded polled={polled}>{({ name }) => <NameForm present={name} onDone={polled.reload} />}</Loaded>
      </section>
    </Page>
  );
}

function NameForm({ present, onDone }: { readonly present: string; readonly onDone: () => void }) {
  const t = clusterTexts();
  const [typed, setTyped] = useState<string>();
  const name = typed ?? present;
  const rename = async () => {
    if (!await carryOut(api.put("cluster-name", { name }), t.renamed(name))) return;
    setTyped(undefined);
    tellRenaming();
    onDone();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void rename();
      }}
    >
      <TextField label={t.name} hint={t.hint} value={name} onChange={setTyped} autocomplete="off" required />
      <div class="form-actions">
        <button type="submit" class="button" data-kind="primary" disabled={name === present}>{t.rename}</button>
      </div>
    </form>
  );
}
