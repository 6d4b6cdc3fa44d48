import { isPermitted } from "../access/access.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { isAdministrator, isMonitor } from "./authorization.ts";
import type { ApiRequest } from "./request.ts";

/** Returns the virtual hosts that a user may open (RabbitMQ: `list_login_vhosts`). */
export async function vhostsToOpen({ node, access, user, peer }: ApiRequest): Promise<VirtualHost[]> {
  const found: VirtualHost[] = [];
  for (const vhost of node.vhosts.values()) {
    if (isPermitted(await access.mayOpen(user, vhost.name, { peer }))) found.push(vhost);
  }
  return found;
}

/** Returns the virtual hosts that a user sees: monitors see all (RabbitMQ: `list_visible_vhosts`). */
export async function vhostsToSee(request: ApiRequest): Promise<VirtualHost[]> {
  return isMonitor(request.user) ? [...request.node.vhosts.values()] : await vhostsToOpen(request);
}

/** Returns the virtual hosts whose objects a list has: administrators get those of all (RabbitMQ: `filter_vhost`). */
export async function vhostsToList(request: ApiRequest): Promise<VirtualHost[]> {
  return isAdministrator(request.user) ? [...request.node.vhosts.values()] : await vhostsToOpen(request);
}
