/** Something that goes wrong on purpose, until it is ended. `using fault = …` ends it with its block. */
export class Fault {
  readonly #end: () => void;
  #isOver = false;

  /** Called by the test broker only. */
  constructor(end: () => void) {
    this.#end = end;
  }

  /** Ends the fault. A second call does nothing. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#end();
  }

  /** Ends the fault. */
  [Symbol.dispose](): void {
    this.end();
  }
}

/** The faults of a broker that are not over. */
export class Faults {
  readonly #open = new Set<Fault>();

  /** Begins a fault; `end` undoes what the caller has done. */
  begin(end: () => void): Fault {
    const fault = new Fault(() => {
      this.#open.delete(fault);
      end();
    });
    this.#open.add(fault);
    return fault;
  }

  /** Ends all. */
  end(): void {
    for (const fault of [...this.#open]) fault.end();
  }
}
