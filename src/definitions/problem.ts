/** Number of problems in a message; further ones are only counted. */
const TOLD_PROBLEMS = 20;
/** Maximum length of keys and values in messages. In UTF-16 code units. */
const SHOWN_LENGTH = 100;

/** An error in definitions that prevents their import, with its place. */
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

  /** Adds a step in front of the path. */
  within(step: string): this {
    this.#path = step + this.#path;
    return this;
  }

  /** For example `queues[3].arguments.x-max-length`; empty for the whole. */
  get path(): string {
    return this.#path.replace(/^\./, "");
  }

  override toString(): string {
    return this.path === "" ? this.reason : `${this.path}: ${this.reason}`;
  }
}

/** Reads something at a step of a path, so that the path of a problem in it includes the step. */
export function within<Result>(step: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof DefinitionProblem ? error.within(step) : error;
  }
}

/** Definitions that can't be imported, with all problems. */
export class DefinitionsError extends Error {
  /** Name of the class. */
  override name = "DefinitionsError";
  /** @internal */
  readonly problems: readonly DefinitionProblem[];

  /**
   * @param source the source of the definitions, such as the path of a file.
   * @internal
   */
  constructor(problems: readonly DefinitionProblem[], source?: string) {
    const told = problems.slice(0, TOLD_PROBLEMS).map(String);
    if (problems.length > told.length) told.push(`and ${problems.length - told.length} more problems`);
    super(told.map((line) => source === undefined ? line : `${source}: ${line}`).join("\n"));
    this.problems = problems;
  }

  /** Returns the same error with the source of the definitions. */
  of(source: string): DefinitionsError {
    return new DefinitionsError(this.problems, source);
  }
}

/** Returns the step of a path to the value of a key. */
export const keyStep = (key: string): string => /^[\w$-]+$/.test(key) ? `.${key}` : `[${shown(key)}]`;

/** Quotes a text, shortened if it is long. */
export const shown = (text: string): string =>
  JSON.stringify(text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`);
