import type { Area } from "../../router/area.ts";
import { TapPage } from "./tap.tsx";
import { tapTexts } from "./texts.ts";

export const TAP: Area = {
  group: "tools",
  nav: [{ path: "tap", need: "management", label: () => tapTexts().title }],
  pages: [{ path: "tap", need: "management", render: () => <TapPage /> }],
};
