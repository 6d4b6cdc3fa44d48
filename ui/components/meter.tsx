import "./meter.css";

/** How much of a limit is used. */
export function Meter({ label, part, text, note, isAlarmed }: {
  readonly label: string;
  /** From 0 to 1. */
  readonly part: number;
  readonly text: string;
  readonly note: string;
  readonly isAlarmed: boolean;
}) {
  const shown = Math.min(1, Math.max(0, part));
  return (
    <span class="meter">
      <span>
        {text} <span class="note">{note}</span>
      </span>
      <meter aria-label={label} aria-valuetext={`${text}, ${note}`} value={shown} high={isAlarmed ? 0 : 0.8} />
    </span>
  );
}
