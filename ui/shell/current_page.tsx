import { useEffect } from "preact/hooks";
import { may } from "../api/may.ts";
import { AREAS } from "../areas.ts";
import { EmptyState } from "../components/empty_state.tsx";
import { Page } from "../components/page.tsx";
import { common } from "../i18n/common.ts";
import { matchPath } from "../router/address.ts";
import { address } from "../router/router.ts";

const ROUTES = AREAS.flatMap(({ pages }) => pages);

/** The page at the present address. */
export function CurrentPage() {
  const t = common();
  const { path } = address.value;
  const place = path.join("/");
  useEffect(() => scrollTo(0, 0), [place]);
  for (const { path: pattern, need, render } of ROUTES) {
    const params = matchPath(pattern, path);
    if (params === undefined) continue;
    return may(need) ? <div key={place}>{render(params)}</div> : (
      <Page title={t.notFound}>
        <EmptyState title={t.notAllowed(need)} />
      </Page>
    );
  }
  return (
    <Page title={t.notFound}>
      <EmptyState title={t.notFound}>{t.notFoundHint}</EmptyState>
    </Page>
  );
}
