import { SHORT_USAGE } from "./failure.ts";
import { CLOSABLE, DECLARABLE, DELETABLE, LISTABLE, MESSAGES, type Operation, PURGABLE, SHOWABLE } from "./objects.ts";
import { type Phrase, phrase } from "../../phrase/phrase.ts";
import type { Say } from "../texts/say.ts";

/** Help for `help subcommands`. */
export function subcommandsUsage(say: Say): string {
  const title = (name: Phrase) => titleOf(say(name));
  return `${heading(say(phrase`Usage`))}
  ${SHORT_USAGE}

  ${say(phrase`where subcommand is one of:`)}
${title(phrase`Display`)}${listLines("list", LISTABLE)}${listLines("show", SHOWABLE)}${
    title(phrase`Object Manipulation`)
  }${operationLines("declare", DECLARABLE)}${operationLines("delete", DELETABLE)}${operationLines("close", CLOSABLE)}${
    operationLines("purge", PURGABLE)
  }${title(phrase`Broker Definitions`)}  export <file>
  import <file>
${title(phrase`Publishing and Consuming`)}${operationLines("", MESSAGES)}
  * ${say(phrase`If payload is not specified on publish, standard input is used`)}

  * ${
    say(
      phrase`If payload_file is not specified on get, the payload will be shown on\n    standard output along with the message metadata`,
    )
  }

  * ${say(phrase`If payload_file is specified on get, count must not be set`)}
`;
}

/** Help for `help config`. */
export const configUsage = (say: Say): string => {
  const title = (name: Phrase) => titleOf(say(name));
  return `${heading(say(phrase`Usage`))}
${SHORT_USAGE}
${title(phrase`Configuration File`)}  ${
    say(
      phrase`It is possible to specify a configuration file from the command line.\n  Hosts can be configured easily in a configuration file and called\n  from the command line.`,
    )
  }
${title(phrase`Example`)}  # rabbitmqadmin.conf.example START

  [host_normal]
  hostname = localhost
  # ${say(phrase`use 15671 for HTTPS`)}
  port = 15672
  username = guest
  password = guest
  declare_vhost = / # ${say(phrase`Used as default for declare / delete only`)}
  vhost = /         # ${say(phrase`Used as default for declare / delete / list`)}

  [host_https]
  hostname = otherhost
  port = 15671
  username = guest
  password = guest
  ssl = True
  ssl_key_file = /path/to/client_key.pem
  ssl_cert_file = /path/to/client_certificate.pem

  # rabbitmqadmin.conf.example END
${title(phrase`Use`)}  rabbitmqadmin -c rabbitmqadmin.conf.example -N host_normal ...`;
};

const titleOf = (name: string): string => `\n${heading(name)}\n\n`;

/** Returns a heading, underlined. */
const heading = (text: string): string => `${text}\n${"=".repeat(text.length)}`;

const listLines = (verb: string, kinds: Readonly<Record<string, unknown>>): string =>
  Object.keys(kinds).map((kind) => `  ${verb} ${kind} [<column>...]\n`).join("");

const operationLines = (verb: string, operations: Readonly<Record<string, Operation>>): string =>
  Object.entries(operations).map(([name, operation]) =>
    ` ${verb === "" ? "" : ` ${verb}`} ${name} ${argumentsOf(operation)}\n`
  ).join("");

function argumentsOf({ mandatory, optional }: Operation): string {
  const required = mandatory.map((name) => `${typeof name === "string" ? name : name.join("=... OR ")}=...`).join(" ");
  const others = Object.keys(optional).map((name) => `${name}=...`).join(" ");
  return others === "" ? required : `${required} [${others}]`;
}
