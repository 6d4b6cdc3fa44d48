import { useId } from "preact/hooks";
import { type ArgumentLine, type ArgumentProblem, type ArgumentType, readArguments } from "../format/arguments.ts";
import { common } from "../i18n/common.ts";
import type { CommonTexts } from "../i18n/common_en.ts";
import "./arguments_editor.css";

const PROBLEMS: Readonly<Record<ArgumentProblem, (texts: CommonTexts) => string>> = {
  number: (t) => t.notANumber,
  boolean: (t) => t.notABoolean,
  list: (t) => t.notAList,
  twice: (t) => t.givenTwice,
};

const NEW_LINE: ArgumentLine = { name: "", type: "text", text: "" };

/** Arguments that are known, with their types. */
export type KnownArguments = Readonly<Record<string, ArgumentType>>;

/** Edits a table of arguments, such as `x-max-length`. What it returns is read with `readArguments`. */
export function ArgumentsEditor({ title, add, lines, onChange, known = {} }: {
  /** Default: "Arguments". */
  readonly title?: string;
  /** Text of the button that adds a line. Default: "Add an argument". */
  readonly add?: string;
  readonly lines: readonly ArgumentLine[];
  readonly onChange: (lines: readonly ArgumentLine[]) => void;
  readonly known?: KnownArguments;
}) {
  const t = common();
  const id = useId();
  const { problems } = readArguments(lines);
  const change = (index: number, changes: Partial<ArgumentLine>) =>
    onChange(lines.map((line, at) => at === index ? { ...line, ...changes } : line));
  return (
    <fieldset class="arguments-editor">
      <legend>{title ?? t.arguments}</legend>
      <datalist id={`${id}-known`}>{Object.keys(known).map((name) => <option key={name} value={name} />)}</datalist>
      {lines.map(({ name, type, text }, index) => {
        const problem = problems.get(index);
        return (
          <div key={index} class="arguments-line">
            <input
              aria-label={`${t.argumentName} ${index + 1}`}
              placeholder="x-max-length"
              list={`${id}-known`}
              value={name}
              onInput={({ currentTarget: { value } }) =>
                change(index, { name: value, ...Object.hasOwn(known, value) && { type: known[value] } })}
            />
            <input
              aria-label={`${t.value} ${index + 1}`}
              aria-invalid={problem === undefined ? undefined : "true"}
              aria-describedby={problem === undefined ? undefined : `${id}-problem-${index}`}
              value={text}
              onInput={(event) => change(index, { text: event.currentTarget.value })}
            />
            <select
              aria-label={`${t.type} ${index + 1}`}
              value={type}
              onChange={(event) => change(index, { type: event.currentTarget.value as ArgumentType })}
            >
              <option value="text">{t.typeText}</option>
              <option value="number">{t.typeNumber}</option>
              <option value="boolean">{t.typeBoolean}</option>
              <option value="list">{t.typeList}</option>
            </select>
            <button
              type="button"
              class="button"
              data-kind="quiet"
              aria-label={t.remove(name || `${index + 1}`)}
              onClick={() => onChange(lines.filter((_, at) => at !== index))}
            >
              ×
            </button>
            {problem !== undefined && <p id={`${id}-problem-${index}`} class="field-error">{PROBLEMS[problem](t)}</p>}
          </div>
        );
      })}
      <button type="button" class="button" onClick={() => onChange([...lines, NEW_LINE])}>
        {add ?? t.addArgument}
      </button>
    </fieldset>
  );
}
