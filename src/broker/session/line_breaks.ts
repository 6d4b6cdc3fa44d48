/** Returns a name without line ends, which RabbitMQ removes where exchanges and queues are declared, bound or deleted. */
export const withoutLineBreaks = (name: string): string => name.replace(/[\r\n]/g, "");
