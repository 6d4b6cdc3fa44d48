import { readBoolean } from "../value.ts";
import type { Effects } from "./effect.ts";

/** Settings of AMQP over WebSocket. */
export interface WebAmqpConfig {
  readonly webAmqp?: {
    readonly isEnabled?: boolean;
    /** Origins of pages that may connect, besides those of the server itself; `*` for all. */
    readonly allowOrigins?: readonly string[];
  };
}

type Draft = { -readonly [Name in keyof WebAmqpConfig]: WebAmqpConfig[Name] };

function readOrigin(text: string): string {
  if (text === "*" || /^https?:\/\/[^/\s]+$/.test(text)) return text;
  throw new RangeError(`This is an origin such as https://shop.example, or *: received "${text}".`);
}

export const WEB_AMQP: Effects<Draft> = {
  "web_amqp.enabled": {
    help: "whether AMQP over WebSocket is served at /ws/amqp, beside the management API",
    default: "true",
    apply: (draft, value) => void (draft.webAmqp = { ...draft.webAmqp, isEnabled: readBoolean(value) }),
  },
  "web_amqp.allow_origins": { help: "none: pages of other origins may not connect", apply() {} },
  "web_amqp.allow_origins.$name": {
    help: "an origin whose pages may connect by WebSocket, or * for all",
    apply(draft, value) {
      const { allowOrigins = [] } = draft.webAmqp ?? {};
      draft.webAmqp = { ...draft.webAmqp, allowOrigins: [...allowOrigins, readOrigin(value)] };
    },
  },
};
