/**
 * Thrown by an operation whose answer is not there yet. The operation has changed nothing, and is repeated once
 * {@linkcode until} settles.
 */
export class Waiting {
  /** Never rejects. */
  readonly until: Promise<void>;

  constructor(until: Promise<void>) {
    this.until = until;
  }
}
