/** Returns the error of a write to a connection that is closed. */
export const closedError = (): TypeError => new TypeError("The connection is closed.");
