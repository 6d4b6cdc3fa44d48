import type { Call } from "./call.ts";
import { CommandError, failure } from "./command_error.ts";
import { EXIT } from "./exit_code.ts";
import { ApiError, NoBrokerError, TimeoutError } from "./management_client.ts";
import { OutputClosed } from "../../runtime/terminal.ts";

/** Returns what is known of a node that has not told its name. */
const nodeFor = ({ options, api }: Call): string => String(options.node ?? api.route.place);

/**
 * Returns the error that a command ends with when something has failed. Faults of the program stay as they are.
 *
 * @param node name of the node.
 */
export function describeFailure(error: unknown, call: Call, node = nodeFor(call)): unknown {
  if (error instanceof CommandError || error instanceof OutputClosed) return error;
  const { command, options, api: { route } } = call;
  if (error instanceof TimeoutError) {
    return new CommandError(
      EXIT.tempFail,
      `Error: operation ${command.name} on node ${node} timed out. Timeout value used: ${
        Number(options.timeout) * 1000
      }`,
    );
  }
  if (error instanceof NoBrokerError) {
    const on = options.node === undefined ? "" : ` on node '${options.node}'`;
    const what =
      `Error: unable to perform an operation${on}. Please see diagnostics information and suggestions below.`;
    return new CommandError(
      EXIT.unavailable,
      `${what}\n\n${error.explanation}`,
    );
  }
  if (!(error instanceof ApiError)) return error;
  if (error.isLoginRefused) {
    return failure(`${error.reason}: ${route.place} does not accept these credentials, see --username and --password`);
  }
  return failure(error.reason);
}
