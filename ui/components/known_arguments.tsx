import { firstText, type KnownArgument, type KnownTexts, readKnown } from "../format/known_arguments.ts";
import { format } from "../format/format.ts";
import { common } from "../i18n/common.ts";
import { SelectField, TextField } from "./field.tsx";
import "./known_arguments.css";

/** Fields for arguments whose types are known: a button for each adds its field. What was typed is read with `readKnown`. */
export function KnownArguments({ title, known, texts, onChange }: {
  readonly title: string;
  readonly known: readonly KnownArgument[];
  readonly texts: KnownTexts;
  readonly onChange: (texts: KnownTexts) => void;
}) {
  const t = common();
  const { wrong } = readKnown(known, texts);
  const isGiven = ({ name }: KnownArgument) => Object.hasOwn(texts, name);
  const remove = (name: string) => onChange(Object.fromEntries(Object.entries(texts).filter(([key]) => key !== name)));
  const absent = known.filter((argument) => !isGiven(argument));
  return (
    <fieldset class="known-arguments">
      <legend>{title}</legend>
      {known.filter(isGiven).map((argument) => (
        <div key={argument.name} class="known-arguments-line">
          <KnownField
            argument={argument}
            text={texts[argument.name]}
            isWrong={wrong.includes(argument.name)}
            onChange={(text) => onChange({ ...texts, [argument.name]: text })}
          />
          <button
            type="button"
            class="button"
            data-kind="quiet"
            aria-label={t.remove(argument.name)}
            onClick={() => remove(argument.name)}
          >
            ×
          </button>
        </div>
      ))}
      {absent.length > 0 && (
        <div class="known-arguments-choice">
          {absent.map((argument) => (
            <button
              key={argument.name}
              type="button"
              class="button"
              title={argument.help}
              aria-label={`${t.add}: ${argument.name}`}
              onClick={() => onChange({ ...texts, [argument.name]: firstText(argument) })}
            >
              + {argument.name}
            </button>
          ))}
        </div>
      )}
    </fieldset>
  );
}

function KnownField({ argument: { name, type, isTime, help }, text, isWrong, onChange }: {
  readonly argument: KnownArgument;
  readonly text: string;
  readonly isWrong: boolean;
  readonly onChange: (text: string) => void;
}) {
  const t = common();
  if (type !== "text" && type !== "integer") {
    const values: readonly (readonly [string, string])[] = type === "boolean"
      ? [["true", t.yes], ["false", t.no]]
      : type.map((value) => [value, value]);
    return <SelectField label={name} hint={help} value={text} options={values} onChange={onChange} />;
  }
  const time = isTime === true
    ? ` ${t.inMilliseconds}${text === "" ? "." : `: ${format().duration(Number(text))}.`}`
    : "";
  return (
    <TextField
      label={name}
      hint={help === undefined ? undefined : `${help}${time}`}
      error={isWrong && text !== "" ? t.notANumber : undefined}
      value={text}
      onChange={onChange}
      autocomplete="off"
      required={type === "integer"}
    />
  );
}
