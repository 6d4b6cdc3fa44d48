import { format } from "../../format/format.ts";
import { Badge, type Tone } from "../badge.tsx";
import type { ConsumerHealth } from "./consumer_health.ts";
import { consumerTexts } from "./texts.ts";

const TONES: Readonly<Record<ConsumerHealth["state"], Tone>> = {
  stuck: "bad",
  slow: "warn",
  idle: "plain",
  working: "good",
};

/** How a consumer keeps up, in a word, with what to do about it. */
export function ConsumerHealthBadge({ health }: { readonly health: ConsumerHealth | undefined }) {
  const t = consumerTexts();
  if (health === undefined) return null;
  const hint = hintOf(health);
  return (
    <>
      <Badge tone={TONES[health.state]}>{t[health.state]}</Badge>
      {hint !== undefined && <div class="note">{hint}</div>}
    </>
  );
}

function hintOf(health: ConsumerHealth): string | undefined {
  const t = consumerTexts();
  const formatter = format();
  switch (health.state) {
    case "stuck":
      return t.stuckHint(health.unacked, formatter.count(health.unacked));
    case "slow":
      return t.slowHint(formatter.rate(health.ackRate));
    case "idle":
      return health.since === undefined ? t.idleHintNow : t.idleHint(formatter.dateTime(Date.parse(health.since)));
    case "working":
      return undefined;
  }
}
