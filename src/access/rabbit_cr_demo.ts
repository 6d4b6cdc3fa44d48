import { syntaxError } from "../wire/error.ts";
import { logIn, type Mechanism } from "./sasl.ts";

const encoder = new TextEncoder();
const CHALLENGE = encoder.encode("Please tell me your password");
const PREFIX = encoder.encode("My password is ");

/** RabbitMQ's mechanism that shows how a challenge works: the first response is a name, the second tells the password. */
export const RABBIT_CR_DEMO: Mechanism = {
  name: "RABBIT-CR-DEMO",
  begin(access, peer) {
    let username: Uint8Array | undefined;
    return {
      respond(response) {
        if (username === undefined) {
          username = response.slice();
          return { challenge: CHALLENGE };
        }
        if (!PREFIX.every((byte, at) => byte === response[at])) {
          throw syntaxError("response of mechanism RABBIT-CR-DEMO is not of the form 'My password is PASSWORD'");
        }
        return logIn(access, peer, { username, password: response.subarray(PREFIX.length) });
      },
    };
  },
};
