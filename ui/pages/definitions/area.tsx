import type { Area } from "../../router/area.ts";
import { DefinitionsPage } from "./definitions.tsx";
import { definitionTexts } from "./texts.ts";

export const DEFINITIONS: Area = {
  group: "admin",
  nav: [{ path: "definitions", need: "administrator", label: () => definitionTexts().title }],
  pages: [{ path: "definitions", need: "administrator", render: () => <DefinitionsPage /> }],
};
