import { featureTexts } from "./texts.ts";

/** A link to the documentation of a feature, if it has one. */
export function DocLink({ name, url }: { readonly name: string; readonly url: string }) {
  const t = featureTexts();
  if (!url.startsWith("https://")) return null;
  return (
    <a href={url} target="_blank" rel="noreferrer" aria-label={t.documentationOf(name)}>
      {t.documentation}
    </a>
  );
}
