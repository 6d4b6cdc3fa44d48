import { SelectField, TextField } from "../../components/field.tsx";
import { vhostTexts } from "./texts.ts";
import { DEFAULT_TYPES, type DefaultType } from "./vhost_type.ts";

/** The fields of a virtual host that may be changed at any time. */
export interface VhostValues {
  readonly description: string;
  readonly tags: string;
  readonly defaultType: DefaultType;
}

export function VhostFields({ values, onChange }: {
  readonly values: VhostValues;
  readonly onChange: (values: VhostValues) => void;
}) {
  const t = vhostTexts();
  const { description, tags, defaultType } = values;
  return (
    <>
      <TextField
        label={t.description}
        value={description}
        onChange={(description) => onChange({ ...values, description })}
        autocomplete="off"
      />
      <TextField
        label={t.tags}
        hint={t.tagsHint}
        value={tags}
        onChange={(tags) => onChange({ ...values, tags })}
        autocomplete="off"
      />
      <SelectField
        label={t.defaultType}
        hint={t.defaultTypeHint}
        value={defaultType}
        options={DEFAULT_TYPES.map((type) => [type, type === "" ? t.brokersOwn : type])}
        onChange={(defaultType) => onChange({ ...values, defaultType })}
      />
    </>
  );
}
