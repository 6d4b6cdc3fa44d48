import { SEVERITIES } from "./syslog_format.ts";
import type { Format } from "./log_record.ts";
import { textFormat } from "./text_format.ts";

/** Makes the format of lines in systemd's journal: a line behind its priority. The journal adds the rest. */
export function journalFormat(): Format {
  const text = textFormat({ plaintext: "$msg" });
  return (record) => `<${SEVERITIES[record.level]}>${text(record)}`;
}
