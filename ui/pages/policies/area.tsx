import type { Area } from "../../router/area.ts";
import { PoliciesPage } from "./policies.tsx";
import { policyTexts } from "./texts.ts";

export const POLICIES: Area = {
  group: "admin",
  nav: [
    { path: "policies", need: "management", label: () => policyTexts().title },
    { path: "operator-policies", need: "administrator", label: () => policyTexts().operatorTitle },
  ],
  pages: [
    { path: "policies", need: "management", render: () => <PoliciesPage key="policy" kind="policy" /> },
    {
      path: "policies/:vhost/:name",
      need: "management",
      render: ({ vhost, name }) => <PoliciesPage key={`${vhost}/${name}`} kind="policy" opened={{ vhost, name }} />,
    },
    {
      path: "operator-policies",
      need: "administrator",
      render: () => <PoliciesPage key="operator" kind="operator" />,
    },
  ],
};
