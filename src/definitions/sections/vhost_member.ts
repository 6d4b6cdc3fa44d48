import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { textJson } from "../json/write_json.ts";

/** The member that tells which virtual host an object belongs to. Definitions of a single one don't have it. */
export const vhostMember = (vhost: VirtualHost, isSingle: boolean): readonly [string, string | undefined] => [
  "vhost",
  isSingle ? undefined : textJson(vhost.name),
];
