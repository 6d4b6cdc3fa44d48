/** Commands that RabbitMQ has not, as subcommands of `haremq`. Their table is in `ctl/commands/`. */
export const OWN_COMMANDS = ["peek", "move", "resend", "route", "send", "receive", "tail", "top"] as const;
