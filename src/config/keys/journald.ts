import type { LogThreshold } from "../log_level.ts";
import { readBoolean } from "../value.ts";
import type { Effect } from "./effect.ts";

/** The stream of lines to systemd's journal. */
export interface JournaldOptions {
  /** Default: true when there is a level other than `none`. */
  readonly isEnabled?: boolean;
  readonly level?: LogThreshold;
  /** Name of the program. Default: `rabbitmq-server`, as in RabbitMQ. */
  readonly identity?: string;
  /** Path of the journal's socket for streams. */
  readonly socket?: string;
}

interface Draft {
  logJournald?: JournaldOptions;
}

const set = (draft: Draft, options: JournaldOptions) => void (draft.logJournald = { ...draft.logJournald, ...options });

/** A field in the value of `log.journald.fields`: a name, or a name with a quoted text or another name. */
const FIELD = /(\w+)(?:=(?:"([^"]*)"|(\S+)))?/g;
/** Fields that the journal knows by itself, or by the beginning of a line. */
const KNOWN_TO_JOURNAL = ["syslog_timestamp", "syslog_pid", "priority"];

export const JOURNALD: Readonly<Record<string, Effect<Draft>>> = {
  "log.journald": {
    help: "whether lines go to systemd's journal",
    default: "false",
    live: "now",
    apply: (draft, value) => set(draft, { isEnabled: readBoolean(value) }),
  },
  "log.journald.level": {
    help: "lowest level in systemd's journal",
    live: "now",
    apply: (draft, value) => set(draft, { level: value as LogThreshold }),
  },
  "log.journald.fields": {
    help: 'SYSLOG_IDENTIFIER="NAME" is the name of the program; time, process and priority are always there',
    default: 'SYSLOG_IDENTIFIER="rabbitmq-server"',
    live: "now",
    apply(draft, value) {
      const others: string[] = [];
      for (const [, name, text] of value.matchAll(FIELD)) {
        if (name === "SYSLOG_IDENTIFIER" && text !== undefined) set(draft, { identity: text.replaceAll("\n", " ") });
        else if (!KNOWN_TO_JOURNAL.includes(name)) others.push(name);
      }
      if (others.length > 0) return `the journal's stream has no fields for ${others.join(", ")}`;
    },
  },
  "log.journald.socket": {
    help: "path of the journal's socket for streams, which another namespace of journals has elsewhere",
    default: "/run/systemd/journal/stdout",
    live: "now",
    apply: (draft, socket) => set(draft, { socket }),
  },
};
