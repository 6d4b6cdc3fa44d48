import { Phrase } from "../texts/phrase.ts";
import type { Call } from "./call.ts";
import type { Formatter } from "./formatters/formatter.ts";
import { FORMATTERS } from "./formatters/formatters.ts";
import type { Result, Shown } from "./result.ts";
import { Dictionary, type Term } from "./term.ts";

/** Writes what a command returns. */
export async function show(result: Result, call: Call, formatter: Formatter): Promise<void> {
  const { terminal, options, isBold } = call;
  const isForPrograms = formatter.isMachineReadable || formatter === FORMATTERS.erlang;
  const termOf = (shown: Shown): Term => {
    if (shown instanceof Phrase) return isForPrograms ? String(shown) : call.say(shown);
    return Array.isArray(shown) ? shown.map(termOf) : shown as Term;
  };
  const print = (lines: readonly string[]) => lines.length === 0 ? undefined : terminal.print(lines);
  switch (result.kind) {
    case "done":
      if (options.formatter === "json") await print(formatter.format(await success(call), options, isBold));
      return;
    case "silence":
      return;
    case "value":
      return await print(formatter.format(termOf(result.term), options, isBold));
    case "outcome": {
      const isJson = options.formatter === "json";
      return await print(
        formatter.format(isJson ? await success(call, termOf(result.term)) : termOf(result.term), options, isBold),
      );
    }
    case "list": {
      const list = formatter.list(options, isBold);
      let isBegun = false;
      const begin = async () => {
        if (!isBegun) await print(list.begin());
        isBegun = true;
      };
      for await (const batch of result.batches) {
        await begin();
        await print(list.add(batch.map(termOf)));
      }
      await begin();
      await print(list.end());
    }
  }
}

async function success(call: Call, value?: Term): Promise<Dictionary> {
  const node = call.command.isOffline ? String(call.options.node ?? "") : await call.node();
  return new Dictionary({ result: "ok", node, ...(value === undefined ? {} : { value }) });
}
