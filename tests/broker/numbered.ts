import type { Message } from "../../src/broker/message/messages.ts";

/** Returns a stand-in for a message, which is compared by its number only. */
export const numbered = (number: number): Message => number as Message;
