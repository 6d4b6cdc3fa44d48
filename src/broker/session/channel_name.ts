/** A channel whose name is wanted. */
interface NamedChannel {
  readonly number: number;
  readonly session: { readonly origin: { readonly name: string } };
}

/** Returns the name of a channel, as RabbitMQ makes it: that of its connection, and its number. */
export const channelName = ({ session, number }: NamedChannel): string => `${session.origin.name} (${number})`;
