import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { may } from "../api/may.ts";
import { AREAS } from "../areas.ts";
import { common } from "../i18n/common.ts";
import { NAV_GROUPS } from "../router/area.ts";
import { address } from "../router/router.ts";
import { Preferences } from "./preferences.tsx";
import { shellTexts } from "./texts.ts";
import "./nav.css";

/** Links to the pages that the user may see. On a phone it is folded behind a button. */
export function Nav() {
  const isOpen = useSignal(false);
  const place = address.value.path[0] ?? "";
  useEffect(() => {
    isOpen.value = false;
  }, [address.value.path.join("/")]);
  const groups = NAV_GROUPS.map((group) => ({
    group,
    entries: AREAS.filter((area) => area.group === group).flatMap(({ nav }) => nav).filter(({ need }) => may(need)),
  })).filter(({ entries }) => entries.length > 0);
  return (
    <nav class="nav" aria-label={common().pages}>
      <button
        type="button"
        class="button nav-toggle"
        aria-expanded={isOpen.value}
        aria-controls="nav-groups"
        onClick={() => isOpen.value = !isOpen.value}
      >
        <span aria-hidden="true">☰</span> {common().menu}
      </button>
      <div id="nav-groups" class="nav-groups" data-open={isOpen.value}>
        {groups.map(({ group, entries }) => (
          <div key={group} class="nav-group">
            {group !== "main" && <h2>{shellTexts().groups[group]}</h2>}
            <ul>
              {entries.map(({ path, label }) => (
                <li key={path}>
                  <a href={`#/${path}`} aria-current={path.split("/")[0] === place ? "page" : undefined}>{label()}</a>
                </li>
              ))}
            </ul>
          </div>
        ))}
        <Preferences />
      </div>
    </nav>
  );
}
