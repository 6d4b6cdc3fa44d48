import { Phrase } from "../../phrase/phrase.ts";
import type { Call } from "./call.ts";
import type { Formatter } from "./formatters/formatter.ts";
import { FORMATTERS } from "./formatters/formatters.ts";
import { type Page, pageOf } from "./page.ts";
import type { Result, Shown } from "./result.ts";
import { Dictionary, type Term } from "./term.ts";

/** Writes what a command returns. */
export async function show(result: Result, call: Call, formatter: Formatter): Promise<void> {
  const { terminal, options } = call;
  const isForPrograms = formatter.isMachineReadable || formatter === FORMATTERS.erlang;
  const termOf = (shown: Shown): Term => {
    if (shown instanceof Phrase) return isForPrograms ? String(shown) : call.say(shown);
    return Array.isArray(shown) ? shown.map(termOf) : shown as Term;
  };
  const page: Page = { ...pageOf(terminal), isColoured: call.isBold };
  const print = (lines: readonly string[]) => {
    if (lines.length > 0) return formatter.isDrawn ? terminal.draw(lines) : terminal.print(lines);
  };
  switch (result.kind) {
    case "done":
      if (options.formatter === "json") await print(formatter.format(await success(call), options, page));
      return;
    case "silence":
      return;
    case "drawing":
      return await terminal.draw(formatter.format(result.text, options, page));
    case "value":
      return await print(formatter.format(termOf(result.term), options, page));
    case "outcome": {
      const isJson = options.formatter === "json";
      const term = isJson ? await success(call, termOf(result.term)) : termOf(result.term);
      return await print(formatter.format(term, options, page));
    }
    case "list": {
      const list = formatter.list(options, page);
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
