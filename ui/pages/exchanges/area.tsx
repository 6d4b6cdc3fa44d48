import type { Area } from "../../router/area.ts";
import { ExchangePage } from "./exchange.tsx";
import { ExchangesPage } from "./exchanges.tsx";
import { exchangeTexts } from "./texts.ts";

export const EXCHANGES: Area = {
  group: "main",
  nav: [{ path: "exchanges", need: "management", label: () => exchangeTexts().title }],
  pages: [
    { path: "exchanges", need: "management", render: () => <ExchangesPage /> },
    {
      path: "exchanges/:vhost/:name",
      need: "management",
      render: ({ vhost, name }) => <ExchangePage vhost={vhost} name={name} />,
    },
  ],
};
