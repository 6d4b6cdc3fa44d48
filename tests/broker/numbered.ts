import type { Message } from "../../src/broker/message/messages.ts";

/** Returns a message with a number, which nobody looks into. */
export const numbered = (number: number): Message => number as Message;
