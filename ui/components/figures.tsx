import type { ComponentChildren } from "preact";
import "./figures.css";

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note?: ComponentChildren;
  /** Address of the page that shows more. */
  readonly href?: string;
}

/** A row of important numbers. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl class="figures">
      {figures.map(({ label, value, note, href }) => (
        <div key={label} class="figure">
          <dt>{href === undefined ? label : <a href={href}>{label}</a>}</dt>
          <dd>
            <span class="figure-value">{value}</span>
            {note !== undefined && <span class="note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
