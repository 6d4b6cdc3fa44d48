import { useState } from "preact/hooks";
import { Badge } from "../../components/badge.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { FailedRead } from "../../components/failed_read.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { MessageView } from "../../components/message_view.tsx";
import { Page } from "../../components/page.tsx";
import { VhostField } from "../../components/vhost_choice.tsx";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import { address } from "../../router/router.ts";
import { KEPT_MAX } from "./sample.ts";
import { tapTexts } from "./texts.ts";
import { LOOK_MAX, QUEUES_MAX, type Tapped, useTap } from "./use_tap.ts";

/** Looks at the messages of a queue or an exchange as they come, and disturbs neither. */
export function TapPage() {
  const t = tapTexts();
  const { query } = address.value;
  const [vhost, setVhost] = useState(query.vhost ?? "/");
  const [kind, setKind] = useState<Tapped["kind"]>(query.exchange === undefined ? "queue" : "exchange");
  const [name, setName] = useState(query.exchange ?? query.queue ?? "");
  const [tapped, setTapped] = useState<Tapped>();
  const { seen, error, queues } = useTap(tapped);
  const dropped = seen.count - seen.messages.length;
  return (
    <Page title={t.title} badges={tapped !== undefined && <Badge tone="good">{t.running}</Badge>}>
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
          <p class="note">
            {t.limits(format().count(LOOK_MAX), format().count(KEPT_MAX))}
            {kind === "exchange" && ` ${t.onlyQueues(format().count(QUEUES_MAX))}`}
          </p>
          <div class="form-actions">
            <button type="submit" class="button" data-kind="primary">{tapped === undefined ? t.start : t.stop}</button>
          </div>
        </form>
      </section>
      <FailedRead error={error} onRetry={() => setTapped(tapped && { ...tapped })} />
      {seen.count > 0 && (
        <p class="note">
          {t.seen(format().count(seen.count))}
          {dropped > 0 && `, ${t.dropped(format().count(dropped))}`}
        </p>
      )}
      {queues !== undefined && seen.count === 0 && (
        <div class="panel">
          <EmptyState title={queues.length > 0 ? t.waiting : tapped?.kind === "queue" ? t.isStream : t.noQueue}>
            {queues.length > 0 ? t.waitingHint : undefined}
          </EmptyState>
        </div>
      )}
      {seen.messages.map(({ id, queue, message }) => (
        <section key={id} class="page" aria-label={queue}>
          {tapped?.kind === "exchange" && <a href={linkTo.queue(tapped.vhost, queue)}>{queue}</a>}
          <MessageView message={message} number={id} />
        </section>
      ))}
    </Page>
  );
}
