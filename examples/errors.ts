import { Broker, ChannelError } from "../mod.ts";

await using broker = new Broker();
const vhost = broker.vhost("/");
try {
  vhost.queue("missing", { passive: true });
} catch (error) {
  if (!(error instanceof ChannelError)) throw error;
  console.log(error.code, error.replyText);
}
// Prints:
// 404 NOT_FOUND - no queue 'missing' in vhost '/'
