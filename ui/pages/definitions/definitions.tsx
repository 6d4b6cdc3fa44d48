import { Page } from "../../components/page.tsx";
import { useVhosts } from "../../components/vhost_choice.tsx";
import { ExportDefinitions } from "./export_definitions.tsx";
import { ImportDefinitions } from "./import_definitions.tsx";
import { definitionTexts } from "./texts.ts";

/** Everything but messages, into a file and back. */
export function DefinitionsPage() {
  const t = definitionTexts();
  const vhosts = useVhosts();
  const scopes: readonly (readonly [string, string])[] = [
    ["", t.wholeBroker],
    ...vhosts.map((name) => [name, t.vhost(name)] as const),
  ];
  return (
    <Page title={t.title}>
      <p>{t.text}</p>
      <div class="panel-grid">
        <ExportDefinitions scopes={scopes} />
      </div>
      <ImportDefinitions scopes={scopes} />
    </Page>
  );
}
