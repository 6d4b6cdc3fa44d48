import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { SelectField } from "../../components/field.tsx";
import { carryOut } from "../../state/carry_out.ts";
import { fileName } from "./file_name.ts";
import { definitionTexts } from "./texts.ts";

/** Saves the definitions of the broker, or of a virtual host, in a file. */
export function ExportDefinitions({ scopes }: {
  /** Virtual hosts with their labels; empty for the whole broker. */
  readonly scopes: readonly (readonly [string, string])[];
}) {
  const t = definitionTexts();
  const [vhost, setVhost] = useState("");
  const download = async () => {
    const file = fileName(vhost, new Date());
    const path = vhost === "" ? "definitions" : apiPath`definitions/${vhost}`;
    await carryOut(
      api.send("GET", path).then((answer) => answer.blob()).then((blob) => save(blob, file)),
      () => t.downloaded(file),
    );
  };
  return (
    <section class="panel" aria-label={t.export}>
      <h2>{t.export}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void download();
        }}
      >
        <SelectField
          label={t.scope}
          hint={vhost === "" ? t.exportHint : t.exportOfVhostHint}
          value={vhost}
          options={scopes}
          onChange={setVhost}
        />
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary">{t.download}</button>
        </div>
      </form>
    </section>
  );
}

/** Lets the browser save a file. The login is a header, so that a plain link would not do. */
function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
