import { accessRefused } from "../../wire/error.ts";

/** Throws ACCESS_REFUSED for a name that a client may not declare (AMQP 0-9-1 §1.6.2.1, §1.7.2.1). */
export function checkNotReserved(kind: "exchange" | "queue", name: string): void {
  if (name.startsWith("amq.")) throw accessRefused(`${kind} name '${name}' contains reserved prefix 'amq.*'`);
}
