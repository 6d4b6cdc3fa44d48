import type { Binding, Destination } from "../exchange/binding.ts";

const NONE: ReadonlySet<Binding> = new Set();

/** The bindings of a virtual host by destination. A destination without bindings takes no memory. */
export class IncomingBindings {
  readonly #byDestination = new Map<Destination, Set<Binding>>();

  of(destination: Destination): ReadonlySet<Binding> {
    return this.#byDestination.get(destination) ?? NONE;
  }

  add(binding: Binding): void {
    const bindings = this.#byDestination.get(binding.destination);
    if (bindings === undefined) this.#byDestination.set(binding.destination, new Set([binding]));
    else bindings.add(binding);
  }

  delete(binding: Binding): void {
    const bindings = this.#byDestination.get(binding.destination);
    if (bindings?.delete(binding) && bindings.size === 0) this.#byDestination.delete(binding.destination);
  }
}
