import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api/api_error.ts";
import { apiPath } from "../../api/client.ts";
import { errorText } from "../../api/error_text.ts";
import { api } from "../../api/session.ts";
import { Field, SelectField } from "../../components/field.tsx";
import { ask } from "../../components/questions.tsx";
import { say } from "../../components/toasts.tsx";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { tellRenaming } from "../../state/broker_name.ts";
import { DifferenceView } from "./difference_view.tsx";
import { countOutcomes, differencesOf, type SectionDifference } from "./differences.ts";
import { type Definitions, type DefinitionsProblem, readDefinitions } from "./read_definitions.ts";
import { definitionTexts } from "./texts.ts";
import "./import_definitions.css";

/** A file that was chosen. */
interface ChosenFile {
  readonly name: string;
  readonly text: string;
  readonly content: Definitions | DefinitionsProblem;
}

/** The difference that a file makes in the broker, or in a virtual host. */
interface Compared {
  readonly content: Definitions;
  readonly vhost: string;
  readonly differences: readonly SectionDifference[];
}

/** Reads a file with definitions, shows what an import would do, and imports it after a question. */
export function ImportDefinitions({ scopes }: {
  /** Virtual hosts with their labels; empty for the whole broker. */
  readonly scopes: readonly (readonly [string, string])[];
}) {
  const t = definitionTexts();
  const [file, setFile] = useState<ChosenFile>();
  const [vhost, setVhost] = useState("");
  const [compared, setCompared] = useState<Compared>();
  const [error, setError] = useState<ApiError>();
  const [imports, setImports] = useState(0);
  const path = vhost === "" ? "definitions" : apiPath`definitions/${vhost}`;
  const content = file?.content;
  const problem = content === undefined ? undefined : problemOf(content, vhost);

  const isCurrent = compared !== undefined && compared.content === content && compared.vhost === vhost;
  const differences = isCurrent ? compared.differences : undefined;

  useEffect(() => {
    if (content === undefined || "problem" in content || problem !== undefined) return;
    const reading = new AbortController();
    const { signal } = reading;
    void readPresent(path, signal).then(
      (present) =>
        !signal.aborted && setCompared({ content, vhost, differences: differencesOf(content, present, vhost !== "") }),
      (error) => !signal.aborted && setError(apiError(error)),
    );
    return () => reading.abort();
  }, [content, vhost, imports]);

  const choose = async (chosen: File | undefined) => {
    setError(undefined);
    if (chosen === undefined) return setFile(undefined);
    const text = await chosen.text();
    setFile({ name: chosen.name, text, content: readDefinitions(text) });
  };
  const importFile = async () => {
    if (file === undefined || differences === undefined) return;
    const { added, changed } = countOutcomes(differences);
    const count = added + changed;
    const text = t.questionText(count, format().count(count));
    if (!await ask({ title: t.question(file.name), text, action: t.importAction })) return;
    try {
      setError(undefined);
      await api.request("POST", path, { text: file.text });
      say(t.imported(file.name));
      tellRenaming();
    } catch (error) {
      setError(apiError(error));
    }
    // The difference is read anew: what is there, not what was hoped for.
    setImports(imports + 1);
  };
  return (
    <section class="panel definitions-import" aria-label={t.import}>
      <h2>{t.import}</h2>
      <div class="form">
        <Field label={t.file} hint={t.importHint} error={problem}>
          {(control) => (
            <input
              {...control}
              type="file"
              accept=".json,application/json"
              onChange={({ currentTarget: { files } }) => void choose(files?.[0])}
            />
          )}
        </Field>
        <SelectField
          label={t.into}
          value={vhost}
          options={scopes}
          onChange={(name) => {
            setError(undefined);
            setVhost(name);
          }}
        />
      </div>
      {error !== undefined && <Refusal error={error} />}
      {differences !== undefined && (
        <DifferenceView
          differences={differences}
          action={
            <button type="button" class="button" data-kind="primary" onClick={() => void importFile()}>
              {t.importAction}
            </button>
          }
        />
      )}
    </section>
  );
}

/** Reads the present definitions. */
async function readPresent(path: string, signal: AbortSignal): Promise<Definitions> {
  const read = readDefinitions(await (await api.send("GET", path, { signal })).text());
  if ("problem" in read) throw new Error(`the broker exports no definitions: ${read.problem}`);
  return read;
}

/** Returns what keeps a file from being imported; `undefined` for nothing. */
function problemOf(content: Definitions | DefinitionsProblem, vhost: string): string | undefined {
  const t = definitionTexts();
  if (!("problem" in content)) return content.isOfVhost && vhost === "" ? t.needsVhost : undefined;
  return content.problem === "list" ? t.problems.list(content.section) : t.problems[content.problem];
}

/** The broker names every problem, one a line. */
function Refusal({ error }: { readonly error: ApiError }) {
  const t = definitionTexts();
  const isAboutFile = error.status === 400;
  return (
    <div class="definitions-refusal" role="alert">
      <p>
        <span aria-hidden="true">■</span> {isAboutFile ? t.refused : errorText(error, common())}
      </p>
      {isAboutFile && <ul>{error.reason.split("\n").map((line, index) => <li key={index}>{line}</li>)}</ul>}
    </div>
  );
}

function apiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}
