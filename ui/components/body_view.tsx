import { useState } from "preact/hooks";
import { common } from "../i18n/common.ts";
import { base64Bytes, bodyText, hexLines, prettyJson } from "../format/body.ts";
import { CopyButton } from "./copy_button.tsx";
import "./body_view.css";

type Form = "text" | "json" | "hex";

/** The body of a message as text, JSON or hexadecimal bytes. */
export function BodyView({ payload, encoding }: {
  readonly payload: string;
  /** Encoding in the API's answer: bytes that are no text come as base64. */
  readonly encoding: "string" | "base64";
}) {
  const t = common();
  const bytes = encoding === "base64" ? base64Bytes(payload) : new TextEncoder().encode(payload);
  const text = encoding === "base64" ? bodyText(bytes) : payload;
  const json = text === undefined ? undefined : prettyJson(text);
  const [chosen, setChosen] = useState<Form>();
  const fallback: Form = json !== undefined ? "json" : text !== undefined ? "text" : "hex";
  const form = chosen ?? fallback;
  if (bytes.length === 0) return <p class="note">{t.bodyEmpty}</p>;
  const shown = form === "hex" ? hexLines(bytes) : form === "json" ? json ?? text ?? "" : text ?? "";
  const forms: readonly (readonly [Form, string, boolean])[] = [
    ["text", t.bodyText, text !== undefined],
    ["json", t.bodyJson, json !== undefined],
    ["hex", t.bodyHex, true],
  ];
  return (
    <div class="body-view">
      <div class="body-view-head" role="group" aria-label={t.bodyAs}>
        {forms.map(([name, label, isPossible]) => (
          <button
            key={name}
            type="button"
            class="button"
            data-kind="quiet"
            aria-pressed={form === name}
            disabled={!isPossible}
            onClick={() => setChosen(name)}
          >
            {label}
          </button>
        ))}
        <CopyButton text={shown} what={t.body} />
      </div>
      <pre tabIndex={0} aria-label={t.body}>{shown}</pre>
    </div>
  );
}
