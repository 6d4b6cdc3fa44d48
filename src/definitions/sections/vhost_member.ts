import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { textJson } from "../json/write_json.ts";

/** Returns the member with an object's virtual host, which definitions of a single one don't have. */
export const vhostMember = (vhost: VirtualHost, isSingle: boolean): readonly [string, string | undefined] => [
  "vhost",
  isSingle ? undefined : textJson(vhost.name),
];
