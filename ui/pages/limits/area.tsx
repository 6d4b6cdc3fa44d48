import type { Area } from "../../router/area.ts";
import { LimitsPage } from "./limits_page.tsx";
import { limitTexts } from "./texts.ts";

export const LIMITS: Area = {
  group: "admin",
  nav: [{ path: "limits", need: "management", label: () => limitTexts().title }],
  pages: [{ path: "limits", need: "management", render: () => <LimitsPage /> }],
};
