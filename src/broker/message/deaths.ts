import type { MessageContent } from "../../store/message_content.ts";
import { EMPTY_TABLE, type FieldTable } from "../../wire/field_table.ts";
import { PropertiesView } from "../../wire/properties.ts";

/** An entry of the header `x-death` (RabbitMQ: Dead Letter Exchanges). */
export interface DeathOfMessage {
  readonly queue: string;
  readonly reason: string;
}

/** Returns the headers of a message. */
export function headersIn({ bytes, offset, addressBytes, headerBytes }: MessageContent): FieldTable {
  return new PropertiesView(bytes, offset + addressBytes, headerBytes).headers ?? EMPTY_TABLE;
}

/** Returns the tables in a header `x-death`, the last death first. */
export function deathsIn(headers: FieldTable = EMPTY_TABLE): FieldTable[] {
  const deaths = headers.get("x-death");
  if (deaths?.type !== "A") return [];
  return deaths.value.flatMap((death) => death.type === "F" ? [death.value] : []);
}

/** Returns the last death of a message that is wanted. */
export function findDeath(
  content: MessageContent,
  isWanted: (death: DeathOfMessage) => boolean,
): DeathOfMessage | undefined {
  for (const death of deathsIn(headersIn(content))) {
    const [queue, reason] = [death.get("queue")?.value, death.get("reason")?.value];
    if (typeof queue !== "string" || typeof reason !== "string") continue;
    if (isWanted({ queue, reason })) return { queue, reason };
  }
  return undefined;
}
