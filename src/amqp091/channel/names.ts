/** Removes line ends from a name, as RabbitMQ does. */
export const nameOf = (name: string): string => name.replace(/[\r\n]/g, "");
