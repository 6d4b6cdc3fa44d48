import Worker, { type Environment, MessageBroker as ExampleBroker } from "../../examples/edge/worker.ts";

/** The example's broker, which a test can evict, and which tells when the platform has called. */
export class MessageBroker extends ExampleBroker {
  readonly #abort: () => void;

  constructor(
    context: ConstructorParameters<typeof ExampleBroker>[0] & { abort(reason: string): void },
    environment: Environment,
  ) {
    super(context, environment);
    this.#abort = () => context.abort("evicted by the test");
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.url.endsWith("/evict")) this.#abort();
    return await super.fetch(request);
  }

  override async alarm(): Promise<void> {
    await super.alarm();
    console.log("the alarm has rung");
  }
}

export default Worker;
