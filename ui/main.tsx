import { render } from "preact";
import { App } from "./shell/app.tsx";
import { arrive } from "./shell/arrival.ts";
import { applyTheme } from "./state/theme.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/page.css";

applyTheme();
void arrive();
render(<App />, document.getElementById("app")!);
