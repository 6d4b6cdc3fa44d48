import type { Phrase } from "../../phrase/phrase.ts";
import { failure } from "./command_error.ts";

/** Returns the run of a command that HareMQ does not have. It says why, in one sentence. */
export const absent = (why: Phrase) => (): never => {
  throw failure(why);
};
