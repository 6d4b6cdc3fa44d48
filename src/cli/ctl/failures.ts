import { joined, phrase } from "../../phrase/phrase.ts";
import type { Call } from "./call.ts";
import { CommandError, failure } from "./command_error.ts";
import { EXIT } from "./exit_code.ts";
import { ApiError, NoBrokerError, TimeoutError } from "./management_client.ts";
import { OutputClosed } from "../../runtime/terminal.ts";

/** Returns what is known of a node that has not told its name. */
const nodeFor = ({ options, api }: Call): unknown => options.node ?? api.route.place;

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
      phrase`Error: operation ${command.name} on node ${node} timed out. Timeout value used: ${
        Number(options.timeout) * 1000
      }`,
    );
  }
  if (error instanceof NoBrokerError) {
    const what = options.node === undefined
      ? phrase`Error: unable to perform an operation. Please see diagnostics information and suggestions below.`
      : phrase`Error: unable to perform an operation on node '${options.node}'. Please see diagnostics information and suggestions below.`;
    return new CommandError(EXIT.unavailable, joined([what, error.explanation], "\n\n"));
  }
  if (!(error instanceof ApiError)) return error;
  if (error.isLoginRefused) {
    return failure(
      phrase`${error.text}: ${route.place} does not accept these credentials, see --username and --password`,
    );
  }
  return failure(error.text);
}
