import type { Area } from "../../router/area.ts";
import { OverviewPage } from "./overview.tsx";
import { overviewTexts } from "./texts.ts";

export const OVERVIEW: Area = {
  group: "main",
  nav: [{ path: "", need: "management", label: () => overviewTexts().title }],
  pages: [{ path: "", need: "management", render: () => <OverviewPage /> }],
};
