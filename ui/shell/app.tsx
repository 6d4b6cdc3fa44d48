import { useEffect } from "preact/hooks";
import { session } from "../api/session.ts";
import { Questions } from "../components/questions.tsx";
import { Toasts } from "../components/toasts.tsx";
import { common } from "../i18n/common.ts";
import { locale } from "../i18n/locale.ts";
import { LoginPage } from "../pages/login/login.tsx";
import { CurrentPage } from "./current_page.tsx";
import { Nav } from "./nav.tsx";
import { TopBar } from "./top_bar.tsx";
import "./app.css";

/** The whole page: a login, or navigation and the page at the present address. */
export function App() {
  const now = session.value;
  const language = locale.value;
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <>
      {now.state === "checking" && <p class="app-checking note" aria-busy="true">{common().loading}</p>}
      {now.state === "out" && <LoginPage problem={now.problem} endSession={now.endSession} />}
      {now.state === "in" && (
        <div class="app">
          <a class="app-skip button" href="#main" onClick={focusMain}>{common().skip}</a>
          <TopBar user={now.user} />
          <Nav />
          <main id="main" tabIndex={-1}>
            <CurrentPage />
          </main>
        </div>
      )}
      <Questions />
      <Toasts />
    </>
  );
}

/** The address behind # is that of a page, so the link moves the focus only. */
function focusMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
