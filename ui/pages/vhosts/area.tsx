import type { Area } from "../../router/area.ts";
import { vhostTexts } from "./texts.ts";
import { VhostPage } from "./vhost.tsx";
import { VhostsPage } from "./vhosts.tsx";

export const VHOSTS: Area = {
  group: "admin",
  nav: [{ path: "vhosts", need: "management", label: () => vhostTexts().title }],
  pages: [
    { path: "vhosts", need: "management", render: () => <VhostsPage /> },
    { path: "vhosts/:name", need: "management", render: ({ name }) => <VhostPage name={name} /> },
  ],
};
