import { phrase } from "../../../phrase/phrase.ts";
import { type Columns, rowsOf } from "../columns.ts";
import type { Command } from "../command.ts";
import { badArgument, failure } from "../command_error.ts";
import { EXIT } from "../exit_code.ts";
import { batches, DONE } from "../result.ts";
import { atom, type JsonObject, type Term } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";

/** Commands for feature flags, which are all enabled. */
export const FEATURE_FLAGS_COMMANDS: readonly Command[] = [
  {
    name: "list_feature_flags",
    tools: CTL_AND_DIAGNOSTICS,
    section: "feature_flags",
    description: "Lists feature flags",
    usage: "list_feature_flags [<column> ...]",
    guides: ["feature-flags"],
    hasTimeout: true,
    formatter: "table",
    columns: ["name", "state", "stability", "provided_by", "desc", "doc_url"],
    defaultColumns: ["name", "state"],
    banner: () => phrase`Listing feature flags ...`,
    run: (call) => batches(rowsOf(call, FLAG_COLUMNS, call.api.list("/api/feature-flags"))),
  },
  {
    name: "enable_feature_flag",
    tools: CTL,
    section: "feature_flags",
    description: "Enables a feature flag or all supported feature flags on the target node",
    usage: "enable_feature_flag <all | feature_flag>",
    help: [["<feature_flag>", 'name of the feature flag to enable, or "all" to enable all supported flags']],
    takes: [1, 1],
    check([flag]) {
      if (flag === "") throw badArgument(phrase`feature_flag cannot be an empty string.`);
    },
    banner: ({ args: [flag] }) =>
      flag === "all" ? phrase`Enabling all feature flags ...` : phrase`Enabling feature flag "${flag}" ...`,
    async run(call) {
      const [flag] = call.args;
      const flags = await call.api.all("/api/feature-flags");
      // All that there are are enabled.
      if (flag === "all" || flags.some(({ name }) => name === flag)) return DONE;
      throw failure(phrase`This feature flag is not supported by node ${await call.node()}`, EXIT.usage);
    },
  },
  {
    name: "list_deprecated_features",
    tools: CTL_AND_DIAGNOSTICS,
    section: "feature_flags",
    description: "Lists deprecated features",
    usage: "list_deprecated_features [--used] [<column> ...]",
    help: [["--used", "returns deprecated features in use"]],
    guides: ["docs/feature-flags/"],
    switches: { used: "boolean" },
    formatter: "pretty_table",
    columns: ["name", "deprecation_phase", "provided_by", "desc", "doc_url"],
    defaultColumns: ["name", "deprecation_phase"],
    banner: ({ options }) =>
      options.used === true ? phrase`Listing deprecated features in use ...` : phrase`Listing deprecated features ...`,
    run: (call) =>
      batches(rowsOf(
        call,
        DEPRECATED_COLUMNS,
        call.api.list(call.options.used === true ? "/api/deprecated-features/used" : "/api/deprecated-features"),
      )),
  },
];

const text = (name: string) => (flag: JsonObject): Term => flag[name] as string ?? "";
const name = (key: string) => (flag: JsonObject): Term => atom(flag[key] as string ?? "");

const FLAG_COLUMNS: Columns = {
  name: name("name"),
  state: name("state"),
  stability: name("stability"),
  provided_by: name("provided_by"),
  desc: text("desc"),
  doc_url: text("doc_url"),
};

const DEPRECATED_COLUMNS: Columns = {
  name: name("name"),
  deprecation_phase: name("deprecation_phase"),
  provided_by: name("provided_by"),
  desc: text("desc"),
  doc_url: text("doc_url"),
};
