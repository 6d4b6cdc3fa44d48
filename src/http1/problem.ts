/** A request that is answered before it reaches a handler; the connection ends with the answer. */
export class HttpProblem extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The peer has closed the connection, or it was lost. */
export class Disconnected extends Error {}
