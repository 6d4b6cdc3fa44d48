import type { Area } from "../../router/area.ts";
import { DeprecatedFeaturesPage } from "./deprecated_features.tsx";
import { FeatureFlagsPage } from "./feature_flags.tsx";
import { featureTexts } from "./texts.ts";

export const FEATURES: Area = {
  group: "admin",
  nav: [
    { path: "feature-flags", need: "administrator", label: () => featureTexts().flags },
    { path: "deprecated-features", need: "administrator", label: () => featureTexts().deprecated },
  ],
  pages: [
    { path: "feature-flags", need: "administrator", render: () => <FeatureFlagsPage /> },
    { path: "deprecated-features", need: "administrator", render: () => <DeprecatedFeaturesPage /> },
  ],
};
