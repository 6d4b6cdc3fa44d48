import type { Queue } from "../../api/types.ts";
import { Badge, type Tone } from "../../components/badge.tsx";
import { linkTo } from "../../router/links.ts";
import { queueTexts } from "./texts.ts";

/** What a queue is besides its type, in short words. */
export function QueueFeatures({ queue }: { readonly queue: Queue }) {
  const t = queueTexts();
  const { durable, auto_delete, exclusive, arguments: table, policy, vhost } = queue;
  const given = Object.keys(table).filter((name) => name !== "x-queue-type");
  return (
    <span class="badges">
      {!durable && <Badge>{t.transient}</Badge>}
      {auto_delete && <Badge>{t.autoDelete}</Badge>}
      {exclusive && <Badge>{t.exclusive}</Badge>}
      {given.length > 0 && (
        <Badge title={given.map((name) => `${name}: ${JSON.stringify(table[name])}`).join("\n")}>
          {t.arguments} {given.length}
        </Badge>
      )}
      {policy !== null && (
        <a class="badge" data-tone="accent" href={linkTo.policy(vhost, policy)} title={t.policy}>{policy}</a>
      )}
    </span>
  );
}

/** States that a queue may be in, with their tones; any other is a bad one. */
const TONES: Readonly<Record<string, Tone>> = { running: "good", idle: "good", flow: "warn" };

export function QueueState({ queue: { state } }: { readonly queue: Queue }) {
  return <Badge tone={TONES[state] ?? "bad"}>{state}</Badge>;
}
