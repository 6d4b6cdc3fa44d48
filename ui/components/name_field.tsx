import { useId } from "preact/hooks";
import { apiPath, apiQuery } from "../api/client.ts";
import type { ListPage } from "../api/types.ts";
import { usePoll } from "../api/use_poll.ts";
import { TextField } from "./field.tsx";

/** Number of names that are offered. */
const OFFERED_MAX = 20;

/** Interval in which offered names are read. In milliseconds. */
const INTERVAL_MS = 60_000;

/** A field for the name of a queue or an exchange, which offers those whose names have what was typed. */
export function NameField({ label, resource, vhost, value, onChange, required }: {
  readonly label: string;
  readonly resource: "queues" | "exchanges";
  readonly vhost: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly required?: boolean;
}) {
  const list = useId();
  const query = apiQuery({ page: 1, page_size: OFFERED_MAX, name: value, columns: "name" });
  const { data } = usePoll<ListPage<{ readonly name: string }>>(apiPath`${resource}/${vhost}` + query, {
    intervalMs: INTERVAL_MS,
  });
  return (
    <>
      <TextField
        label={label}
        value={value}
        onChange={onChange}
        autocomplete="off"
        required={required}
        list={list}
      />
      <datalist id={list}>
        {data?.items.map(({ name }) => name !== "" && name !== value && <option key={name} value={name} />)}
      </datalist>
    </>
  );
}
