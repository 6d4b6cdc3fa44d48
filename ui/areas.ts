import type { Area } from "./router/area.ts";
import { CHANNELS } from "./pages/channels/area.tsx";
import { CLUSTER } from "./pages/cluster/area.tsx";
import { CONNECTIONS } from "./pages/connections/area.tsx";
import { DEFINITIONS } from "./pages/definitions/area.tsx";
import { EXCHANGES } from "./pages/exchanges/area.tsx";
import { FEATURES } from "./pages/features/area.tsx";
import { LIMITS } from "./pages/limits/area.tsx";
import { OVERVIEW } from "./pages/overview/area.tsx";
import { POLICIES } from "./pages/policies/area.tsx";
import { DEAD_LETTERS } from "./pages/dead_letters/area.tsx";
import { PLAYGROUND } from "./pages/playground/area.tsx";
import { ROUTE } from "./pages/route/area.tsx";
import { TAP } from "./pages/tap/area.tsx";
import { QUEUES } from "./pages/queues/area.tsx";
import { TOPOLOGY } from "./pages/topology/area.tsx";
import { USERS } from "./pages/users/area.tsx";
import { VHOSTS } from "./pages/vhosts/area.tsx";

/** The areas of the page, in the order of the navigation. Each is a folder in `pages/`, with one line here. */
export const AREAS: readonly Area[] = [
  OVERVIEW,
  CONNECTIONS,
  CHANNELS,
  EXCHANGES,
  QUEUES,
  TOPOLOGY,
  USERS,
  VHOSTS,
  POLICIES,
  DEAD_LETTERS,
  LIMITS,
  DEFINITIONS,
  FEATURES,
  CLUSTER,
  TAP,
  ROUTE,
  PLAYGROUND,
];
