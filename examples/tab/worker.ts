/** The broker, in a dedicated Worker of each tab; one of them serves all tabs. */
import { Broker, openOpfsStore, serveTabs } from "../../browser.ts";

await serveTabs(async () => {
  const broker = new Broker({ store: await openOpfsStore({ report: log }), log });
  postMessage("serving");
  return broker;
});

function log(level: string, line: string): void {
  if (level === "error" || level === "warning") console.warn(line);
}
