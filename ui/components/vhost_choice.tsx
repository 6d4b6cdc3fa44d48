import { usePoll } from "../api/use_poll.ts";
import { common } from "../i18n/common.ts";
import type { List } from "../lists/use_list.ts";
import { SelectField } from "./field.tsx";

/** Interval in which the names of virtual hosts are read. In milliseconds. */
const INTERVAL_MS = 30_000;

/** Returns the names of the virtual hosts that the user may see. */
export function useVhosts(): readonly string[] {
  const { data = [] } = usePoll<readonly { readonly name: string }[]>("vhosts?columns=name", {
    intervalMs: INTERVAL_MS,
  });
  return data.map(({ name }) => name);
}

/** Chooses the virtual host whose objects a list shows. It is absent where there is only one. */
export function VhostChoice<Item>({ list: { state, change } }: { readonly list: List<Item> }) {
  const t = common();
  const vhosts = useVhosts();
  if (vhosts.length < 2 && state.vhost === "") return null;
  return (
    <select
      aria-label={t.vhost}
      value={state.vhost}
      onChange={(event) => change({ vhost: event.currentTarget.value })}
    >
      <option value="">{t.allVhosts}</option>
      {vhosts.map((name) => <option key={name} value={name}>{name}</option>)}
    </select>
  );
}

/** A field of a form for a virtual host. It is absent where there is only one. */
export function VhostField({ value, onChange }: {
  readonly value: string;
  readonly onChange: (vhost: string) => void;
}) {
  const vhosts = useVhosts();
  if (vhosts.length < 2) return null;
  return (
    <SelectField
      label={common().vhost}
      value={value}
      options={vhosts.map((name) => [name, name])}
      onChange={onChange}
    />
  );
}
