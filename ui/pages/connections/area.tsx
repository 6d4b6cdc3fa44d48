import type { Area } from "../../router/area.ts";
import { ConnectionPage } from "./connection.tsx";
import { ConnectionsPage } from "./connections.tsx";
import { connectionTexts } from "./texts.ts";

export const CONNECTIONS: Area = {
  group: "main",
  nav: [{ path: "connections", need: "management", label: () => connectionTexts().title }],
  pages: [
    { path: "connections", need: "management", render: () => <ConnectionsPage /> },
    { path: "connections/:name", need: "management", render: ({ name }) => <ConnectionPage name={name} /> },
  ],
};
