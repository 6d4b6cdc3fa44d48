import type { Translation } from "../../../texts/say.ts";

/** What every program says of the management API, in Russian. */
export const MANAGEMENT_CLIENT: Translation = {
  "this is no answer of a management API ({0})": "это не ответ API управления ({0})",
};
