import { type Phrase, phrase, PhraseError } from "../../phrase/phrase.ts";

/** A sentence about what was asked for or what has happened, which ends the program with status 1. */
export class PerfError extends PhraseError {
  override name = "PerfError";
}

/** An unknown switch, or one without its value. */
export class ParsingError extends PerfError {
  constructor(reason: Phrase) {
    super(phrase`Parsing failed. Reason: ${reason}`);
  }
}
