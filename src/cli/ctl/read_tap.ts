import { phrase } from "../../phrase/phrase.ts";
import type { Say } from "../texts/say.ts";
import type { Terminal } from "../../runtime/terminal.ts";
import { failure } from "./command_error.ts";
import type { ManagementClient } from "./management_client.ts";
import type { End, MessageWriter } from "./poll_messages.ts";
import type { ServerEvent } from "./server_events.ts";

/** Writes the messages that a tap shows, until the end, and says how many went by unseen. */
export async function readTap(
  api: ManagementClient,
  path: string,
  { count = Infinity, waitSeconds = Infinity, stop }: End,
  writer: MessageWriter,
  terminal: Terminal,
  say: Say,
): Promise<void> {
  const ended = new AbortController();
  let left = count;
  let unseen = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    if (waitSeconds < Infinity) timer = setTimeout(() => ended.abort(), waitSeconds * 1000);
  };
  wait();
  try {
    for await (const events of api.events(path, AbortSignal.any([stop, ended.signal]))) {
      const messages = events.filter(({ name }) => name === "message").slice(0, left).map(({ data }) => data);
      left -= messages.length;
      if (messages.length > 0) {
        wait();
        await writer.write(messages);
      }
      if (left === 0) return;
      for (const event of events) unseen = tell(event, unseen, terminal, say);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Says what an event tells of the tap itself. Returns the number of messages that went by unseen. */
function tell({ name, data }: ServerEvent, unseen: number, terminal: Terminal, say: Say): number {
  if (name === "closed") throw failure(phrase`The tap has ended: ${data.reason}.`);
  if (name !== "counts") return unseen;
  const now = Number(data.passed) - Number(data.shown);
  if (now > unseen) terminal.complain(say(phrase`${now - unseen} messages went by unseen.`));
  return now;
}
