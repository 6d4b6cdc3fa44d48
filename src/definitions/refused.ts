import { ChannelError } from "../wire/error.ts";
import type { ObjectReader } from "./object_reader.ts";

/** Runs a check of the broker. Throws `DefinitionProblem` at keys of the object when it refuses. */
export function refusedBy(object: ObjectReader, keys: string | readonly string[], check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof ChannelError ? object.problem(keys, textOf(error)) : error;
  }
}

/** Returns the text of a channel error, without the name of its code. */
const textOf = ({ replyText }: ChannelError): string => replyText.slice(replyText.indexOf(" - ") + " - ".length);
