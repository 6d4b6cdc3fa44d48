import { useState } from "preact/hooks";
import { Badge } from "../../components/badge.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { FailedRead } from "../../components/failed_read.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { MessageView } from "../../components/message_view.tsx";
import { Page } from "../../components/page.tsx";
import { VhostField } from "../../components/vhost_choice.tsx";
import { format } from "../../format/format.ts";
import { address } from "../../router/router.ts";
import { KEPT_MAX } from "./sample.ts";
import { tapTexts } from "./texts.ts";
import { RATE_MAX, type Tapped, useTap } from "./use_tap.ts";

/** Looks at the messages of a queue or an exchange as they come, and disturbs neither. */
export function TapPage() {
  const t = tapTexts();
  const { query } = address.value;
  const [vhost, setVhost] = useState(query.vhost ?? "/");
  const [kind, setKind] = useState<Tapped["kind"]>(query.exchange === undefined ? "queue" : "exchange");
  const [name, setName] = useState(query.exchange ?? query.queue ?? "");
  const [tapped, setTapped] = useState<Tapped>();
  const { isOpen, seen, error } = useTap(tapped);
  const dropped = seen.count - seen.messages.length;
  return (
    <Page title={t.title} badges={tapped !== undefined && isOpen && <Badge tone="good">{t.running}</Badge>}>
      <section class="panel">
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            setTapped(tapped === undefined ? { vhost, kind, name } : undefined);
          }}
        >
          <p class="note">{t.hint}</p>
          <div class="form-row">
            <VhostField value={vhost} onChange={setVhost} />
            <SelectField
              label={t.kind}
              value={kind}
              options={[["queue", t.kindQueue], ["exchange", t.kindExchange]]}
              onChange={setKind}
            />
            <TextField label={t.name} value={name} onChange={setName} autocomplete="off" required />
          </div>
          <p class="note">{t.limits(format().count(RATE_MAX), format().count(KEPT_MAX))}</p>
          <div class="form-actions">
            <button type="submit" class="button" data-kind="primary">{tapped === undefined ? t.start : t.stop}</button>
          </div>
        </form>
      </section>
      <FailedRead error={error} onRetry={() => setTapped(tapped && { ...tapped })} />
      {seen.ended !== undefined && <p class="note">{t.ended(seen.ended)}</p>}
      {seen.count + seen.unseen > 0 && (
        <p class="note">
          {t.seen(format().count(seen.count))}, {t.unseen(format().count(seen.unseen))}
          {dropped > 0 && `, ${t.dropped(format().count(dropped))}`}
        </p>
      )}
      {isOpen && seen.count === 0 && (
        <div class="panel">
          <EmptyState title={t.waiting}>{t.waitingHint}</EmptyState>
        </div>
      )}
      {seen.messages.map(({ id, message }) => <MessageView key={id} message={message} number={id} />)}
    </Page>
  );
}
