/** An answer of the API that is not a success. */
export class ApiError extends Error {
  override name = "ApiError";
  /** Status of HTTP; 0 when there is no answer. */
  readonly status: number;
  /** RabbitMQ's name of the error. */
  readonly error: string;
  readonly reason: string;

  constructor(status: number, error: string, reason: string) {
    super(`${status} ${error}: ${reason}`);
    this.status = status;
    this.error = error;
    this.reason = reason;
  }

  /** True when name or password are wrong. A permission that lacks has the same status, and another error. */
  get isLoginRefused(): boolean {
    return this.status === 401 && this.error === "not_authorized";
  }
}
