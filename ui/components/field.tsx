import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import "./field.css";

/** What a control of a field takes from it. */
export interface ControlProps {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": "true" | undefined;
}

/** A label, a control, a hint, and what is wrong with the value. */
export function Field({ label, hint, error, children }: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly error?: string;
  readonly children: (control: ControlProps) => JSX.Element;
}) {
  const id = useId();
  const hasNote = error !== undefined || hint !== undefined;
  const control: ControlProps = {
    id,
    "aria-describedby": hasNote ? `${id}-note` : undefined,
    "aria-invalid": error === undefined ? undefined : "true",
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(control)}
      {hasNote && (
        <p id={`${id}-note`} class={error === undefined ? "note" : "field-error"}>
          {error === undefined ? hint : (
            <>
              <span aria-hidden="true">■</span> {error}
            </>
          )}
        </p>
      )}
    </div>
  );
}

/** A field with one line of text. */
export function TextField({ label, hint, error, value, onChange, ...input }: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly error?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: "text" | "password" | "number" | "search";
  readonly autocomplete?: string;
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly list?: string;
}) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => {
        const attributes: Record<string, unknown> = { ...control, ...input };
        return <input {...attributes} value={value} onInput={(event) => onChange(event.currentTarget.value)} />;
      }}
    </Field>
  );
}

/** A field with many lines of text. */
export function TextAreaField({ label, hint, error, value, rows = 6, onChange }: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly error?: string;
  readonly value: string;
  readonly rows?: number;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <textarea
          {...control}
          rows={rows}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A field with one of a few values. */
export function SelectField<Value extends string>({ label, hint, value, options, onChange }: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, label: string])[];
  readonly onChange: (value: Value) => void;
}) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <select
          {...control}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value as Value)}
        >
          {options.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
        </select>
      )}
    </Field>
  );
}

/** A box to tick. */
export function CheckField({ label, isChecked, onChange }: {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}) {
  return (
    <label class="check-field">
      <input type="checkbox" checked={isChecked} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
