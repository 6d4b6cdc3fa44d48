import type { Area } from "../../router/area.ts";
import { RoutePage } from "./route.tsx";
import { routeTexts } from "./texts.ts";

export const ROUTE: Area = {
  group: "tools",
  nav: [{ path: "route", need: "management", label: () => routeTexts().title }],
  pages: [{ path: "route", need: "management", render: () => <RoutePage /> }],
};
