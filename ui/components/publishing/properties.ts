import type { KnownArgument } from "../../format/known_arguments.ts";
import type { PublishTexts } from "./texts.ts";

/** Properties of a message that are numbers. All others are texts. */
const INTEGERS: ReadonlySet<string> = new Set(["priority", "timestamp"]);

/** Returns the properties of a message besides its headers and its delivery mode (AMQP 0-9-1 §1.8). */
export const messageProperties = ({ help }: PublishTexts): readonly KnownArgument[] =>
  Object.entries(help).map(([name, help]) => ({ name, type: INTEGERS.has(name) ? "integer" : "text", help }));
