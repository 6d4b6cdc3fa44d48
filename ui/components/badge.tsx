import type { ComponentChildren } from "preact";
import "./badge.css";

export type Tone = "plain" | "good" | "warn" | "bad" | "accent";

/** Shapes that tell tones apart without colours. */
const SHAPES: Readonly<Record<Tone, string>> = { plain: "", accent: "", good: "●", warn: "▲", bad: "■" };

/** A state or a feature in a word. */
export function Badge({ tone = "plain", title, children }: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <span class="badge" data-tone={tone} title={title}>
      {SHAPES[tone] !== "" && <span class="badge-shape" aria-hidden="true">{SHAPES[tone]}</span>}
      {children}
    </span>
  );
}
