/**
 * Thrown by an operation that needs an answer which is not there yet. It has changed nothing, and is to be called again
 * once {@linkcode until} is settled.
 */
export class Waiting {
  /** Never rejects. */
  readonly until: Promise<void>;

  constructor(until: Promise<void>) {
    this.until = until;
  }
}
