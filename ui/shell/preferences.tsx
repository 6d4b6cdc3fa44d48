import { common } from "../i18n/common.ts";
import { changeLocale, locale } from "../i18n/locale.ts";
import { type Locale, LOCALES } from "../i18n/locales.ts";
import { type Theme, theme, THEMES } from "../state/theme.ts";
import "./preferences.css";

/** Choice of language and colours. */
export function Preferences() {
  const t = common();
  const names: Readonly<Record<Theme, string>> = { auto: t.themeAuto, light: t.themeLight, dark: t.themeDark };
  return (
    <div class="preferences">
      <select
        aria-label={t.language}
        value={locale.value}
        onChange={(event) => changeLocale(event.currentTarget.value as Locale)}
      >
        {Object.entries(LOCALES).map(([name, label]) => <option key={name} value={name} lang={name}>{label}</option>)}
      </select>
      <select
        aria-label={t.theme}
        value={theme.value}
        onChange={(event) => theme.value = event.currentTarget.value as Theme}
      >
        {THEMES.map((name) => <option key={name} value={name}>{`${t.theme}: ${names[name]}`}</option>)}
      </select>
    </div>
  );
}
