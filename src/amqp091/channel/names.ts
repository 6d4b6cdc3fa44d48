/** RabbitMQ takes line ends out of names. */
export const nameOf = (name: string): string => name.replace(/[\r\n]/g, "");
