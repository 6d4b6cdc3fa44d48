/** Problems that a message tells of; of further ones it tells the number. */
const TOLD_PROBLEMS = 20;
/** Length to which keys and values are cut in messages. In UTF-16 code units. */
const SHOWN_LENGTH = 100;

/** Something in definitions that can't be imported, and where it stands. */
export class DefinitionProblem extends Error {
  override name = "DefinitionProblem";
  readonly reason: string;
  #path: string;

  /** @param path steps such as `.arguments` or `[3]`; see {@linkcode within}. */
  constructor(path: string, reason: string) {
    super(reason);
    this.#path = path;
    this.reason = reason;
  }

  /** The same problem, told from further up. */
  within(step: string): this {
    this.#path = step + this.#path;
    return this;
  }

  /** Such as `queues[3].arguments.x-max-length`; empty for the whole. */
  get path(): string {
    return this.#path.replace(/^\./, "");
  }

  override toString(): string {
    return this.path === "" ? this.reason : `${this.path}: ${this.reason}`;
  }
}

/** Reads what a step of a path leads to, so that a problem in it has its path from here. */
export function within<Result>(step: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof DefinitionProblem ? error.within(step) : error;
  }
}

/** Definitions that can't be imported, with all that is wrong with them. */
export class DefinitionsError extends Error {
  override name = "DefinitionsError";
  readonly problems: readonly DefinitionProblem[];

  /** @param source where they come from, such as the path of a file. */
  constructor(problems: readonly DefinitionProblem[], source?: string) {
    const told = problems.slice(0, TOLD_PROBLEMS).map(String);
    if (problems.length > told.length) told.push(`and ${problems.length - told.length} more problems`);
    super(told.map((line) => source === undefined ? line : `${source}: ${line}`).join("\n"));
    this.problems = problems;
  }

  /** The same error, which names the source of the definitions. */
  of(source: string): DefinitionsError {
    return new DefinitionsError(this.problems, source);
  }
}

/** The step of a path to the value of a key. */
export const keyStep = (key: string): string => /^[\w$-]+$/.test(key) ? `.${key}` : `[${shown(key)}]`;

/** A text in quotes, cut where it is long. */
export const shown = (text: string): string =>
  JSON.stringify(text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`);
