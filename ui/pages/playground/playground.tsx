import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api, session } from "../../api/session.ts";
import { CopyButton } from "../../components/copy_button.tsx";
import { SelectField, TextAreaField, TextField } from "../../components/field.tsx";
import { Page } from "../../components/page.tsx";
import { useVhosts } from "../../components/vhost_choice.tsx";
import { writeAddress } from "../../router/address.ts";
import { carryOut } from "../../state/carry_out.ts";
import { type ClientName, CLIENTS, writePrograms } from "./programs.ts";
import { playgroundTexts } from "./texts.ts";
import "./playground.css";

const AMQP_PORT = "5672";

/** Writes programs for a client, and publishes what they would. */
export function PlaygroundPage() {
  const t = playgroundTexts();
  const vhosts = useVhosts();
  const [client, setClient] = useState<ClientName>("pika");
  const [host, setHost] = useState(location.hostname);
  const [port, setPort] = useState(AMQP_PORT);
  const [user, setUser] = useState(session.value.state === "in" ? session.value.user.name : "");
  const [vhost, setVhost] = useState("/");
  const [exchange, setExchange] = useState("");
  const [queue, setQueue] = useState("orders");
  const [routingKey, setRoutingKey] = useState("orders");
  const [body, setBody] = useState('{"order": 1}');
  const { producer, consumer } = writePrograms(client, {
    host,
    port: Number(port),
    user,
    vhost,
    exchange,
    queue,
    routingKey,
    body,
  });
  const publish = async () => {
    const message = { routing_key: routingKey, properties: { delivery_mode: 2 }, payload: body };
    const published = api.post<{ readonly routed: boolean }>(
      apiPath`exchanges/${vhost}/${exchange || "amq.default"}/publish`,
      { ...message, payload_encoding: "string" },
    );
    await carryOut(published, ({ routed }) => routed ? t.published : t.notRouted);
  };
  return (
    <Page title={t.title}>
      <section class="panel">
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void publish();
          }}
        >
          <p class="note">{t.hint}</p>
          <div class="form-row">
            <TextField label={t.host} value={host} onChange={setHost} required />
            <TextField label={t.port} type="number" min={1} max={65535} value={port} onChange={setPort} required />
            <TextField label={t.user} value={user} onChange={setUser} autocomplete="off" />
            <SelectField
              label={t.vhost}
              value={vhost}
              options={(vhosts.length > 0 ? vhosts : [vhost]).map((name) => [name, name])}
              onChange={setVhost}
            />
          </div>
          <div class="form-row">
            <TextField
              label={t.exchange}
              hint={t.exchangeHint}
              value={exchange}
              onChange={setExchange}
              autocomplete="off"
            />
            <TextField label={t.routingKey} value={routingKey} onChange={setRoutingKey} autocomplete="off" />
            <TextField label={t.queue} value={queue} onChange={setQueue} autocomplete="off" />
            <SelectField
              label={t.client}
              value={client}
              options={Object.entries(CLIENTS) as [ClientName, string][]}
              onChange={setClient}
            />
          </div>
          <TextAreaField label={t.body} rows={3} value={body} onChange={setBody} />
          <div class="form-actions">
            <a
              class="button"
              href={writeAddress(["route"], { vhost, exchange: exchange || undefined, key: routingKey })}
            >
              {t.where}
            </a>
            <button type="submit" class="button" data-kind="primary">{t.publish}</button>
          </div>
        </form>
      </section>
      <p class="note">{t.password}</p>
      <Program title={t.producer} text={producer} />
      <Program title={t.consumer} text={consumer} />
    </Page>
  );
}

function Program({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <section class="panel program">
      <div class="page-head">
        <h2>{title}</h2>
        <div class="page-actions">
          <CopyButton text={text} what={title} />
        </div>
      </div>
      <pre tabIndex={0} role="region" aria-label={title}>{text}</pre>
    </section>
  );
}
