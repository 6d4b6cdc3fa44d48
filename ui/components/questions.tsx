import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { common } from "../i18n/common.ts";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";

/** A question before something that can't be undone. */
export interface Question {
  /** The question, which names the object, such as "Delete queue orders?" */
  readonly title: string;
  /** What will happen. */
  readonly text: string;
  /** The verb on the button. */
  readonly action: string;
  /** A name that has to be typed, where much would be lost. */
  readonly typed?: string;
}

interface Asked {
  readonly question: Question;
  readonly answer: (isYes: boolean) => void;
}

const asked = signal<Asked | undefined>(undefined);

/** Asks a question. Resolves with true for yes. */
export function ask(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      question,
      answer(isYes) {
        asked.value = undefined;
        resolve(isYes);
      },
    };
  });
}

/** The place of the questions. */
export function Questions() {
  const now = asked.value;
  return now === undefined ? null : <QuestionDialog key={now.question.title} {...now} />;
}

function QuestionDialog({ question: { title, text, action, typed }, answer }: Asked) {
  const t = common();
  const [name, setName] = useState("");
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <p>{text}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          answer(true);
        }}
      >
        {typed !== undefined && (
          <TextField label={t.typeToConfirm(typed)} value={name} onChange={setName} autocomplete="off" />
        )}
        <div class="form-actions">
          <button type="button" class="button" onClick={() => answer(false)}>{t.cancel}</button>
          <button type="submit" class="button" data-kind="danger" disabled={typed !== undefined && name !== typed}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
