/** A JSON value in which each value that differs from run to run is replaced by its type, such as `"<integer>"`. */
export type Shape = null | boolean | number | string | readonly Shape[] | { readonly [field: string]: Shape };

/** Strings that differ from run to run, and what is recorded instead. */
export type Replacements = ReadonlyMap<string | RegExp, string>;

export interface ShapeOptions {
  readonly replacements: Replacements;
  /** True records every number by its type. */
  readonly numbersByType?: boolean;
  /** True keeps the order of lists of objects, which are sorted otherwise. */
  readonly isOrdered?: boolean;
}

/** Fields whose numbers depend on time, memory, ports or the machine. */
const VARYING_NUMBERS =
  /^(rate|avg|avg_rate|avg_(in|e)gress_rate|avg_ack_(in|e)gress_rate|sample|timestamp|memory|reductions|port|peer_port|connected_at|(recv|send)_(oct|cnt|pend)|uptime|garbage_collection|min_heap_size|min_bin_vheap_size|fullsweep_after|max_heap_size|minor_gcs|protected_memory|head_message_timestamp|consumer_utilisation|consumer_capacity|statistics_delivered_at|open_files|next_seq_id|next_deliver_seq_id|committed_offset|raft_.*|commands|snapshot_index|last_.*|commit_index|term|backing_queue_ack.*|checkpoint_index|commit_latency|bytes_.*|auth_attempts.*|num_segments|low_priority_.*)$/;
/** Fields whose texts name the machine, the moment or the version. */
const VARYING_TEXTS =
  /^(pid|os_pid|product_version|rabbitmq_version|rabbit_version|management_version|erlang_version|erlang_full_version|crypto_lib_version|idle_since|password_hash|salt|platform|db_dir|date|timestamp|tcp_listener_port|product_name|owner_pid|internal_cluster_id)$/;
/** What is recorded of the list of an Erlang node's applications. */
const APPLICATION = { description: "<string>", name: "<string>", version: "<string>" };
/** Fields below which all texts vary. */
const VARYING_LISTS = /^(log_files|config_files|enabled_plugins)$/;

/** Describes a JSON text by shape. Throws `SyntaxError` if it is none. */
export function shapeOf(text: string, options: ShapeOptions): Shape {
  const withTypes = JSON.parse(
    text,
    function (key: string, value: unknown, { source }: { source?: string } = {}) {
      if (typeof value !== "number" || !(options.numbersByType || VARYING_NUMBERS.test(key))) return value;
      return /[.e]/i.test(source!) ? "<float>" : "<integer>";
    } as (key: string, value: unknown) => unknown,
  );
  return describe("", withTypes, options);
}

function describe(key: string, value: unknown, options: ShapeOptions): Shape {
  if (typeof value === "string") {
    if (VARYING_TEXTS.test(key) && !/^<(integer|float)>$/.test(value)) return "<string>";
    return replaceAll(value, options.replacements);
  }
  if (Array.isArray(value)) return describeList(key, value, options);
  if (typeof value !== "object" || value === null) return value as Shape;
  const fields = Object.entries(value).map(([name, item]): [string, Shape] => [
    replaceAll(name, options.replacements),
    describe(name, item, options),
  ]);
  return Object.fromEntries(fields.sort(([a], [b]) => a < b ? -1 : 1));
}

function describeList(key: string, list: readonly unknown[], options: ShapeOptions): Shape {
  if (key === "ports") return ["<integer>"];
  if (key === "applications" && list.length > 0) return [APPLICATION];
  if (VARYING_LISTS.test(key)) return ["<string>"];
  const items = list.map((item) => describe("", item, options));
  if (key === "samples" && items.length > 0) return [`<${items.length} of>`, items[0]];
  const isSorted = options.isOrdered !== true && items.every((item) => typeof item === "object");
  return isSorted ? items.sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1) : items;
}

function replaceAll(text: string, replacements: Replacements): string {
  let replaced = text;
  for (const [from, to] of replacements) replaced = replaced.replaceAll(from, to);
  return replaced;
}
