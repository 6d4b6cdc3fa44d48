import type { Call } from "./call.ts";
import type { Formatter } from "./formatters/formatter.ts";
import type { Result } from "./result.ts";
import { Dictionary, type Term } from "./term.ts";

/** Writes what a command returns. */
export async function show(result: Result, call: Call, formatter: Formatter): Promise<void> {
  const { terminal, options } = call;
  const print = (lines: readonly string[]) => lines.length === 0 ? undefined : terminal.print(lines);
  switch (result.kind) {
    case "done":
      if (options.formatter === "json") await print(formatter.format(await success(call), options));
      return;
    case "silence":
      return;
    case "value":
      return await print(formatter.format(result.term, options));
    case "outcome": {
      const isJson = options.formatter === "json";
      return await print(formatter.format(isJson ? await success(call, result.term) : result.term, options));
    }
    case "list": {
      const list = formatter.list(options);
      let isBegun = false;
      const begin = async () => {
        if (!isBegun) await print(list.begin());
        isBegun = true;
      };
      for await (const batch of result.batches) {
        await begin();
        await print(list.add(batch));
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
