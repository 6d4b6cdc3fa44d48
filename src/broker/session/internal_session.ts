import { connectionForced } from "../../wire/error.ts";
import { EMPTY_TABLE } from "../../wire/field_table.ts";
import type { LogCategory } from "../events/logger.ts";
import type { Origin, Session, SessionRequest } from "./session.ts";
import type { Sessions } from "./sessions.ts";

const NO_TRAFFIC = { receivedBytes: 0, receivedFrames: 0, sentBytes: 0, sentFrames: 0, unsentBytes: 0 };

/** The parts of the broker that sessions without a connection use. */
export interface InternalSessionHost {
  readonly sessions: Sessions;
  readonly timeMs: number;
  report(line: string, category?: LogCategory): void;
}

/** The names, user and virtual host of a session without a connection. */
export interface InternalSessionRequest extends Omit<SessionRequest, "origin">, Pick<Origin, "name" | "protocol"> {}

/** Opens a session that does not count as a connection: that of the embedding program, or of an HTTP request. */
export function openInternal(
  node: InternalSessionHost,
  { name, protocol, ...request }: InternalSessionRequest,
): Session {
  const origin: Origin = {
    name,
    protocol,
    mechanism: "",
    clientProperties: EMPTY_TABLE,
    heartbeatSeconds: 0,
    frameMax: 0,
    channelMax: 0,
    connectedAtMs: node.timeMs,
    traffic: NO_TRAFFIC,
    state: "running",
    log: (_level, line, category) => node.report(line, category),
    close(reason) {
      for (const { sink } of [...session.channels]) sink.failed(connectionForced(reason));
    },
  };
  const session: Session = node.sessions.openInternal({ ...request, origin });
  return session;
}
