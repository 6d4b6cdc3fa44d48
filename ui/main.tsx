import { render } from "preact";
import { restoreSession } from "./api/session.ts";
import { App } from "./shell/app.tsx";
import { applyTheme } from "./state/theme.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/page.css";

applyTheme();
void restoreSession();
render(<App />, document.getElementById("app")!);
