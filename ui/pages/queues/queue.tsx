import { apiPath } from "../../api/client.ts";
import { SAMPLES } from "../../api/samples.ts";
import { api } from "../../api/session.ts";
import type { Queue } from "../../api/types.ts";
import { type Polled, usePoll } from "../../api/use_poll.ts";
import { useQueueRights } from "../../api/use_rights.ts";
import { Badge } from "../../components/badge.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Page } from "../../components/page.tsx";
import { PublishForm } from "../../components/publishing/publish_form.tsx";
import { ask } from "../../components/questions.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import { goTo } from "../../router/router.ts";
import { carryOut } from "../../state/carry_out.ts";
import { QueueBindings } from "./bindings.tsx";
import { QueueConsumers } from "./consumers.tsx";
import { GetMessages } from "./get_messages.tsx";
import { QueueFeatures, QueueState } from "./features.tsx";
import { QueueOverview } from "./queue_overview.tsx";
import { queueTexts } from "./texts.ts";
import { TransferMessages } from "./transfer_messages.tsx";

/** A queue or a stream, and what can be done with it. */
export function QueuePage({ vhost, name }: { readonly vhost: string; readonly name: string }) {
  const t = queueTexts();
  const path = apiPath`queues/${vhost}/${name}`;
  const polled = usePoll<Queue>(`${path}?${SAMPLES}`);
  const queue = polled.data;
  const { mayDelete, mayBind, mayRead, maySend, mayMove } = useQueueRights(vhost, name);
  return (
    <Page
      title={name}
      trail={
        <>
          <a href="#/queues">{t.title}</a> / <a href={linkTo.vhost(vhost)}>{vhost}</a>
        </>
      }
      badges={queue !== undefined && (
        <span class="badges">
          <QueueState queue={queue} />
          <Badge>{queue.type === "stream" ? t.stream : t.queueType(queue.type)}</Badge>
          <QueueFeatures queue={queue} />
        </span>
      )}
      actions={queue !== undefined && (
        <QueueActions path={path} polled={polled} queue={queue} mayDelete={mayDelete} mayRead={mayRead} />
      )}
    >
      <Loaded polled={polled}>
        {(queue) => (
          <Tabs
            label={t.parts}
            tabs={[
              { name: "overview", label: t.overview, content: () => <QueueOverview queue={queue} /> },
              {
                name: "consumers",
                label: t.consumers,
                count: format().count(queue.consumers),
                content: () => <QueueConsumers queue={queue} />,
              },
              { name: "bindings", label: t.bindings, content: () => <QueueBindings queue={queue} mayBind={mayBind} /> },
              ...mayRead
                ? [{
                  name: "messages",
                  label: t.get,
                  content: () => <GetMessages queue={queue} onChanged={polled.reload} />,
                }]
                : [],
              ...maySend
                ? [{
                  name: "publish",
                  label: t.publish,
                  content: () => (
                    <PublishForm
                      vhost={vhost}
                      exchange="amq.default"
                      queue={name}
                      hint={t.publishHint}
                      onDone={polled.reload}
                    />
                  ),
                }]
                : [],
              ...mayMove
                ? [{
                  name: "move",
                  label: queue.type === "stream" ? t.copy : t.move,
                  content: () => <TransferMessages queue={queue} onDone={polled.reload} />,
                }]
                : [],
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

function QueueActions({ path, polled, queue, mayDelete, mayRead }: {
  readonly path: string;
  readonly polled: Polled<Queue>;
  readonly queue: Queue;
  readonly mayDelete: boolean;
  readonly mayRead: boolean;
}) {
  const t = queueTexts();
  const { vhost, name, messages, messages_ready: ready } = queue;
  const purge = async () => {
    const question = { title: t.purgeTitle(name), text: t.purgeText(ready, format().count(ready)), action: t.purge };
    if (!await ask(question)) return;
    if (await carryOut(api.delete(`${path}/contents`), t.purged(name))) polled.reload();
  };
  const remove = async () => {
    const isYes = await ask({
      title: t.removeTitle(name),
      text: t.removeText(messages, format().count(messages)),
      action: t.remove,
      typed: messages > 0 ? name : undefined,
    });
    if (isYes && await carryOut(api.delete(path), t.removed(name))) goTo(["queues"]);
  };
  return (
    <>
      {mayRead && queue.type !== "stream" && (
        <a class="button" href={linkTo.deadLetters(vhost, name)}>{t.deadLetters}</a>
      )}
      {mayRead && <a class="button" href={linkTo.tapOfQueue(vhost, name)}>{t.tap}</a>}
      {mayRead && queue.type !== "stream" && (
        <button
          type="button"
          class="button"
          disabled={ready === 0}
          onClick={() => void purge()}
        >
          {t.purge}
        </button>
      )}
      {mayDelete && (
        <button type="button" class="button" data-kind="danger" onClick={() => void remove()}>{t.remove}</button>
      )}
    </>
  );
}
