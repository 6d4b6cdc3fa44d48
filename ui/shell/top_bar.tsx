import { useEffect } from "preact/hooks";
import { logOut } from "../api/session.ts";
import type { Overview, WhoAmI } from "../api/types.ts";
import { usePoll } from "../api/use_poll.ts";
import { common } from "../i18n/common.ts";
import { renamings } from "../state/broker_name.ts";
import { Preferences } from "./preferences.tsx";
import { shellTexts } from "./texts.ts";
import "./top_bar.css";

/** Interval in which the name and the version of the broker are read. In milliseconds. */
const INTERVAL_MS = 60_000;

/** Which broker this is, who is logged in, and how the page looks. */
export function TopBar({ user }: { readonly user: WhoAmI }) {
  const { data, reload } = usePoll<Overview>("overview?disable_stats=true", {
    intervalMs: INTERVAL_MS,
    subject: "broker",
  });
  const count = renamings.value;
  useEffect(() => {
    if (count > 0) reload();
  }, [count]);
  return (
    <header class="top-bar">
      <a class="top-bar-brand" href="#/">HareMQ</a>
      {data !== undefined && (
        <span class="top-bar-broker">
          <strong>{data.cluster_name}</strong>
          <span class="note">{shellTexts().version(data.product_version)}</span>
        </span>
      )}
      <div class="top-bar-end">
        <Preferences />
        <span class="top-bar-user">
          {user.name} <span class="note">{user.tags.join(", ")}</span>
        </span>
        <button type="button" class="button" onClick={logOut}>{common().logOut}</button>
      </div>
    </header>
  );
}
