import type { Area } from "../../router/area.ts";
import { PlaygroundPage } from "./playground.tsx";
import { playgroundTexts } from "./texts.ts";

export const PLAYGROUND: Area = {
  group: "tools",
  nav: [{ path: "playground", need: "management", label: () => playgroundTexts().title }],
  pages: [{ path: "playground", need: "management", render: () => <PlaygroundPage /> }],
};
