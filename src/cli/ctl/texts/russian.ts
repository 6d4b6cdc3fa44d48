import type { Translation } from "../../texts/say.ts";
import { CHECKS } from "./russian/checks.ts";
import { DESCRIPTIONS } from "./russian/descriptions.ts";
import { EXPLANATIONS } from "./russian/explanations.ts";
import { FAILURES } from "./russian/failures.ts";
import { HELP } from "./russian/help.ts";
import { MANAGEMENT_CLIENT } from "./russian/management_client.ts";
import { NODE } from "./russian/node.ts";
import { OBJECTS } from "./russian/objects.ts";
import { OWN_COMMANDS } from "./russian/own_commands.ts";

/** All texts of the programs of the table of commands, in Russian. */
export const RUSSIAN: Translation = {
  ...HELP,
  ...DESCRIPTIONS,
  ...EXPLANATIONS,
  ...MANAGEMENT_CLIENT,
  ...FAILURES,
  ...CHECKS,
  ...NODE,
  ...OBJECTS,
  ...OWN_COMMANDS,
};
