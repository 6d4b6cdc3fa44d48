import type { Runtime } from "../runtime/runtime.ts";
import type { Phrase } from "../phrase/phrase.ts";
import { languageOf } from "./language.ts";
import { type Say, sayIn } from "./texts/say.ts";

/** Who runs the program. */
export interface Person {
  /** Resolves to what says texts in their language; it is loaded at the first call, as a server that runs has no use for it. */
  say(): Promise<Say>;
  /** Writes a text to stderr. */
  complain(text: Phrase): Promise<void>;
  /** Writes a text to stdout. */
  tell(text: Phrase): Promise<void>;
}

export function personOf(runtime: Runtime): Person {
  const language = languageOf(runtime.environment);
  let said: Promise<Say> | undefined;
  const say = () => said ??= sayIn(language, async () => (await import("./russian.ts")).RUSSIAN);
  return {
    say,
    complain: async (text) => runtime.writeLine("stderr", (await say())(text)),
    tell: async (text) => runtime.writeLine("stdout", (await say())(text)),
  };
}
